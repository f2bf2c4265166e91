// How large pictures are: as the person says, in both directions, and for the next meeting too.
import { expect, test, type Person } from '../fixtures.ts';
import { colourShown, linesShown, tonesHeard } from '../measure.ts';
import { poll } from '../wait.ts';

/** The cameras of the tests give so many lines, and half as many in the small layer. */
const LARGE = 360;
const SMALL = 180;
/** A change of layers takes a key frame. */
const SOON = { timeout: 15_000 };
/** Where nobody has chosen, a busy machine may have brought it down: it comes up a step every ten or fifteen seconds. */
const BY_ITSELF = { timeout: 45_000 };

// Of how large a tile is, LiveKit chooses the picture that it sends.
test.use({ viewport: { width: 1280, height: 720 } });

/** They see each other as large as the cameras are. */
async function atFullSize([ada, ben]: [Person, Person]): Promise<[Person, Person]> {
  await poll(() => linesShown(ada.call.video('Ben')), BY_ITSELF).toBe(LARGE);
  await poll(() => linesShown(ben.call.video('Ada')), BY_ITSELF).toBe(LARGE);
  return [ada, ben];
}

test('pictures are as large as one says, and sound is not touched', async ({ pair }) => {
  const [ada, ben] = await atFullSize(await pair());
  await ada.call.choosePictures('Low');
  await poll(() => linesShown(ada.call.video('Ben')), SOON).toBe(SMALL);
  await poll(() => linesShown(ben.call.video('Ada')), SOON).toBe(SMALL);
  await expect(ada.call.qualityNotice, 'what one has chosen needs no word').toBeHidden();
  expect(await tonesHeard(ada.page)).toEqual([700]);

  await ada.page.reload();
  await ada.preJoin.join('Ada');
  await ada.call.connected();
  await ada.call.more();
  await expect(ada.call.pictureQuality).toHaveValue('low');
  await ada.call.more();
  await poll(() => linesShown(ada.call.video('Ben')), SOON).toBe(SMALL);
  await poll(() => linesShown(ben.call.video('Ada')), SOON).toBe(SMALL);

  await ada.call.choosePictures('Automatic');
  await poll(() => linesShown(ada.call.video('Ben')), BY_ITSELF).toBe(LARGE);
  await poll(() => linesShown(ben.call.video('Ada')), BY_ITSELF).toBe(LARGE);
});

test('who saves data sends and gets small pictures', async ({ pair }) => {
  const [ada, ben] = await atFullSize(await pair());
  await ben.call.more();
  await ben.call.saveData.check();
  await poll(() => linesShown(ben.call.video('Ada')), SOON).toBe(SMALL);
  await poll(() => linesShown(ada.call.video('Ben')), SOON).toBe(SMALL);
  await ben.call.saveData.uncheck();
  await poll(() => linesShown(ben.call.video('Ada')), BY_ITSELF).toBe(LARGE);
  await poll(() => linesShown(ada.call.video('Ben')), BY_ITSELF).toBe(LARGE);
});

test('with pictures off one hears, is seen, and sees why there is nothing to see', async ({ pair }) => {
  const [ada, ben] = await atFullSize(await pair());
  await ada.call.choosePictures('Off (sound only)');
  await expect(ada.call.video('Ben')).toBeHidden();
  await expect(ada.call.tile('Ben')).toContainText('Picture paused');
  await poll(() => colourShown(ada.call.video('Ada'))).toBe('green');
  expect(await tonesHeard(ada.page)).toEqual([700]);
  await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
  await ada.call.choosePictures('High');
  await poll(() => colourShown(ada.call.video('Ben')), SOON).toBe('blue');
  await poll(() => linesShown(ada.call.video('Ben')), BY_ITSELF).toBe(LARGE);
  await expect(ada.call.tile('Ben')).not.toContainText('Picture paused');
});
