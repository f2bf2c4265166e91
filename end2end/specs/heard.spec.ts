// Who hears whom: browsers report to speakers what really arrives of them.
import { deafen, plantGates } from '../deafen.ts';
import { expect, joinTogether, type Person, test } from '../fixtures.ts';
import { NONSENSE, keepDataChannel, send } from '../forge.ts';
import { tonesHeard } from '../measure.ts';
import { poll } from '../wait.ts';

declare global {
  interface Window {
    shown: string[];
  }
}

/** Longer than a report may lag behind what it reports, and than it counts. */
const PATIENCE_MS = 30_000;

const heardBy = ({ call }: Person, name: string) => call.tile(name).getByTestId('heard-by');

test('a speaker sees who hears them, and is told of it when somebody does not, and then nobody', async ({ person, meeting }) => {
  test.setTimeout(180_000);
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const cora = await person('Cora', 'red');
  await plantGates(ben.page);
  await plantGates(cora.page);
  const notice = ada.page.getByTestId('microphone-notice');
  const expectHeardBy = (how: string) => expect(heardBy(ada, 'Ada')).toHaveText(how, { timeout: PATIENCE_MS });

  await test.step('alone there is nobody to hear', async () => {
    await ada.join(link);
    await expect(ada.call.tile('Ada').getByText('(you)')).toBeVisible();
    await expect(heardBy(ada, 'Ada')).toHaveCount(0);
  });

  await test.step('heard by two', async () => {
    await joinTogether(link, ben, cora);
    await poll(() => tonesHeard(ben.page)).toEqual([400, 1100]);
    await expectHeardBy('Heard by 2 of 2');
    await expect(heardBy(ada, 'Ben'), 'only one\'s own').toHaveCount(0);
    await ada.call.switch('People', true);
    await expect(ada.call.participants.getByRole('listitem').filter({ hasText: 'you' })).toContainText('Heard by 2 of 2');
  });

  await test.step('whoever mutes is told nothing about it', async () => {
    await ada.call.switch('Microphone', false);
    await expect(ada.call.main.getByText('Heard by')).toHaveCount(0);
    await ada.call.switch('Microphone', true);
    await expectHeardBy('Heard by 2 of 2');
    await expect(notice).toBeHidden();
  });

  const goOn = await test.step('one of them does not hear her', async () => {
    const open = await deafen(ben.page, 400);
    await expectHeardBy('Heard by 1 of 2');
    await poll(() => tonesHeard(ben.page), 'it was true').toEqual([1100]);
    await expect(notice, 'she is heard by somebody').toBeHidden();
    return open;
  });

  await test.step('nobody hears her', async () => {
    await deafen(cora.page, 400);
    await expectHeardBy('Heard by 0 of 2');
    await expect(notice).toContainText('Nobody hears you');
    await expect(notice.getByRole('button', { name: 'Other microphone' })).toBeVisible();
    await expect(notice.getByRole('button', { name: 'Restart it' })).toBeVisible();
  });

  await test.step('one of them hears her again', async () => {
    await goOn();
    await expectHeardBy('Heard by 1 of 2');
    await expect(notice).toBeHidden();
  });
});

test('what is forged is nothing, and a liar speaks for nobody else', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const eve = await person('Eve', 'red');
  await keepDataChannel(eve.page);
  await joinTogether(link, ada, ben, eve);
  await expect(heardBy(ada, 'Ada')).toHaveText('Heard by 2 of 2', { timeout: PATIENCE_MS });
  await ada.page.evaluate(() => {
    window.shown = [];
    const look = () => window.shown.push(document.querySelector('[data-testid=heard-by]')?.textContent ?? '');
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  });

  const others = (await ben.call.tile('Ben').getAttribute('data-identity')) ?? '';
  for (const payload of NONSENSE) {
    for (const identity of ['', others, 'nobody']) await send(eve.page, 'heard', payload, identity);
    await send(eve.page, 'parlour', payload);
  }
  // What she may say is whether she hears; her own page soon says that she does.
  const lie = async () => {
    for (const identity of ['', others, 'nobody', 'server']) await send(eve.page, 'heard', '{"hears":false}', identity);
    return heardBy(ada, 'Ada').textContent();
  };
  await poll(lie, { timeout: PATIENCE_MS, intervals: [300] }).toBe('Heard by 1 of 2');
  await expect(heardBy(ada, 'Ada')).toHaveText('Heard by 2 of 2', { timeout: PATIENCE_MS });
  const shown = new Set(await ada.page.evaluate(() => window.shown));
  expect([...shown].sort()).toEqual(['Heard by 1 of 2', 'Heard by 2 of 2']);
});
