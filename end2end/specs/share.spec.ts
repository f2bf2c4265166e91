// Screen share: seen by the others, larger than anything else, and gone when it stops.
import { WHILE_GONE, holdLivekit, killLivekit } from '../faults.ts';
import { expect, joinTogether, test } from '../fixtures.ts';
import { capturing, endScreen } from '../probe.ts';
import { poll } from '../wait.ts';

test('a shared screen is shown large and goes away, however it is ended', async ({ person, meeting }) => {
  const link = await meeting();
  const cora = await person('Cora', 'red');
  const ben = await person('Ben', 'blue');
  await joinTogether(link, cora, ben);
  await expect(ben.call.tiles).toHaveCount(2);
  const screen = ben.call.tile('Cora', 'screen_share');

  await test.step('shown large', async () => {
    await cora.call.switch('Share screen', true);
    const area = async (tile = screen) => {
      const box = await tile.boundingBox();
      return box ? box.width * box.height : 0;
    };
    await expect(screen).toBeVisible();
    await poll(() => ben.call.video('Cora', 'screen_share').evaluate((video: HTMLVideoElement) => video.videoWidth))
      .toBeGreaterThan(300);
    await poll(async () => (await area()) > 2 * (await area(ben.call.tile('Cora'))), 'the screen is the largest').toBe(true);
  });

  await test.step('ended in the call', async () => {
    await cora.call.switch('Share screen', false);
    await expect(screen).toHaveCount(0);
    await expect(ben.call.tiles).toHaveCount(2);
    await poll(() => capturing(cora.page), 'the screen is released').toEqual(['audio', 'video']);
  });

  await test.step('ended in the browser', async () => {
    await cora.call.switch('Share screen', true);
    await expect(cora.call.tile('screen', 'screen_share')).toBeVisible();
    await expect(screen).toBeVisible();
    await endScreen(cora.page);
    await expect(cora.call.toggle('Share screen')).toHaveAttribute('aria-pressed', 'false');
    await expect(cora.call.tiles).toHaveCount(2);
    await expect(screen).toHaveCount(0);
  });
});

test('a screen that ended while there was no connection is offered again when there is one', async ({ person, meeting }) => {
  const link = await meeting();
  const cora = await person('Cora', 'red', { expectedErrors: WHILE_GONE });
  await cora.join(link);
  const notice = cora.page.getByTestId('share-notice');
  const loseWhileAway = async () => {
    await cora.call.switch('Share screen', true);
    await expect(cora.call.tile('screen', 'screen_share')).toBeVisible();
    const letStart = holdLivekit();
    try {
      killLivekit();
      await expect(cora.call.main).toHaveAttribute('data-connection', 'reconnecting');
      await endScreen(cora.page);
      await expect(cora.call.toggle('Share screen')).toHaveAttribute('aria-pressed', 'false');
      await expect(notice, 'nobody would see it').toBeHidden();
    } finally {
      letStart();
    }
    await cora.call.connected();
  };

  await test.step('it is shared again', async () => {
    await loseWhileAway();
    await notice.getByRole('button', { name: 'Share again' }).click();
    await expect(cora.call.tile('screen', 'screen_share')).toBeVisible();
    await expect(notice).toBeHidden();
    await cora.call.switch('Share screen', false);
  });

  await test.step('or not', async () => {
    await loseWhileAway();
    await notice.getByRole('button', { name: 'Not now' }).click();
    await expect(notice).toBeHidden();
  });

  await test.step('in another call nobody is asked', async () => {
    await loseWhileAway();
    await expect(notice).toBeVisible();
    await cora.call.leave();
    await cora.page.getByRole('button', { name: 'Rejoin' }).click();
    await cora.call.connected();
    await expect(notice).toBeHidden();
  });
});
