// A browser that plays no sound before it is clicked: it is said, one click helps, and it is not said for longer than it is so.
import { WHILE_GONE, killLivekit } from '../faults.ts';
import { expect, joinTogether, type Person, test } from '../fixtures.ts';
import { tonesHeard } from '../measure.ts';

declare global {
  interface Window {
    /** Whether sound may be played without a click. */
    mayPlay: boolean;
  }
}

/** Lets sound be played while a click is handled only, in the words that the browser has for it. */
function plant(): void {
  window.mayPlay = false;
  let clicked = false;
  const click = () => {
    clicked = true;
    setTimeout(() => (clicked = false));
  };
  addEventListener('click', click, true);
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
    if (clicked || window.mayPlay || !(this instanceof HTMLAudioElement)) return play.call(this);
    return Promise.reject(new DOMException('play() failed because the user did not interact', 'NotAllowedError'));
  };
}

const notice = ({ page }: Person) => page.getByRole('button', { name: 'Sound is blocked: click to hear' });

test('where sound is blocked it is said, and a click lets it be heard', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  await ada.page.addInitScript(plant);
  await joinTogether(await meeting(), ada, ben);
  await notice(ada).click();
  await expect(notice(ada)).toBeHidden();
  await expect.poll(() => tonesHeard(ada.page)).toEqual([700]);
});

test('what was blocked in a room that was lost is not said of the next one', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green', { expectedErrors: WHILE_GONE });
  const ben = await person('Ben', 'blue', { expectedErrors: WHILE_GONE });
  await ada.page.addInitScript(plant);
  await joinTogether(await meeting(), ada, ben);
  await expect(notice(ada)).toBeVisible();
  await ada.page.evaluate(() => (window.mayPlay = true));
  killLivekit();
  await expect(ada.call.main).toHaveAttribute('data-connection', 'reconnecting');
  await ada.call.connected();
  await expect(notice(ada)).toBeHidden();
  await expect.poll(() => tonesHeard(ada.page)).toEqual([700]);
});
