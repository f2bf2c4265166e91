// Chat: both ways, always text, and still there after a reload.
import { expect, test } from '../fixtures.ts';

const MARKUP = '<img src=/no-such-picture onerror="document.title=1">';

test('messages go both ways, are only text, and are still there after a reload', async ({ pair }) => {
  const [ada, ben] = await pair();
  const pictures: string[] = [];
  ben.page.on('request', (request) => {
    if (request.url().includes('no-such-picture')) pictures.push(request.url());
  });
  await expect(ada.call.tiles).toHaveCount(2);

  await test.step('the panel is told of messages while it is closed', async () => {
    await ada.call.switch('Chat', true);
    await ada.call.say('are you there?');
    await expect(ben.call.toggle('Chat')).toHaveAttribute('data-count', '1');
    await ben.call.switch('Chat', true);
    await expect(ben.call.messages).toContainText('are you there?');
  });

  await test.step('both ways', async () => {
    await ada.call.say('Hello Ben');
    await expect(ben.call.messages).toContainText('Hello Ben');
    await expect(ben.call.messages).toContainText('Ada');
    await ben.call.say('Hello Ada');
    await expect(ada.call.messages).toContainText('Hello Ada');
    await expect(ada.call.messages.getByText('Hello Ben', { exact: true }), 'one\'s own message is there once').toHaveCount(1);
  });

  await test.step('markup is only text', async () => {
    await ada.call.say(MARKUP);
    await expect(ben.call.messages.getByText(MARKUP, { exact: true })).toBeVisible();
    await expect(ben.call.messages.locator('img')).toHaveCount(0);
    await ada.call.say('the last one');
    await expect(ben.call.messages).toContainText('the last one');
    expect(pictures).toEqual([]);
  });

  await test.step('what was written is still there, in order, after a reload', async () => {
    await ada.call.say('first');
    await expect(ada.call.messages).toContainText('first');
    await ben.page.reload();
    await ben.preJoin.interactive();
    // Written while Ben is not in the call: he can only know it from the server.
    await ada.call.say('second');
    await expect(ada.call.messages).toContainText('second');
    await expect(ben.preJoin.name, 'the name is remembered').toHaveValue('Ben');
    await ben.preJoin.join('Ben');
    await ben.call.connected();
    await ben.call.switch('Chat', true);
    await ada.call.say('third');
    await expect(ben.call.messages).toContainText(/first.*second.*third/s);
    for (const text of ['first', 'second', 'third']) {
      await expect(ben.call.messages.getByText(text, { exact: true })).toHaveCount(1);
    }
    expect(pictures, 'markup that is read again').toEqual([]);
  });
});
