// Broken networks: the call goes on, or comes back by itself.
import { WITHOUT_SERVER, drop, dropAllBut, dropFrom } from '../faults.ts';
import { expect, joinTogether, test, type Person } from '../fixtures.ts';
import { colourShown, tonesHeard } from '../measure.ts';
import { testWithLivekit } from '../own-product.ts';
import { mediaPort } from '../probe.ts';
import { TROUBLE, saidIn, watchFor } from '../said.ts';
import { poll } from '../wait.ts';

/** What a page cannot help saying while its network is gone, beside what it says when the server is. */
const WITHOUT_NETWORK = [...WITHOUT_SERVER, /could not establish pc connection/i];
/** What livekit-client says when LiveKit answers a resume by beginning anew. */
const NOT_RESUMED = /Unexpected first message/;
/** How long sound may take to return once the network is back, or to find another way; sizes, not promises. */
const BACK_MS = 15_000;
const OTHER_WAY_MS = 30_000;
/** How long it may take until it is said that nothing gets through, which is noticed within two seconds; sizes, too. */
const NOTICED = { timeout: 7_000 };
/** The ways that media may take, as they are named to those who run networks. */
const WAYS = new RegExp(`UDP [\\d.]+:\\d+.*TCP [\\d.]+:${process.env.PARLOUR_TEST_MEDIA_TCP_PORT}`);

/** They see and hear each other. */
async function inTouch([ada, ben]: [Person, Person]): Promise<[Person, Person]> {
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
  return [ada, ben];
}

test('a network that is cut for ten seconds is survived', async ({ pair }) => {
  const [ada, ben] = await inTouch(await pair({ expectedErrors: WITHOUT_NETWORK }));
  const letThrough = drop('everything');
  const cut = Date.now();
  try {
    await poll(() => ada.page.getByTestId('media-banner').isVisible(), NOTICED).toBe(true);
    // The cut is what is tested: it lasts as long as it says.
    await poll(() => Date.now() - cut, { timeout: 12_000 }).toBeGreaterThan(10_000);
  } finally {
    letThrough();
  }
  await poll(() => tonesHeard(ada.page), { timeout: BACK_MS }).toEqual([700]);
  await poll(() => tonesHeard(ben.page), { timeout: BACK_MS }).toEqual([400]);
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  await expect(ada.page.getByTestId(/^(media|connection)-banner$/)).toBeHidden();
  await ada.call.connected();
});

test('where only news is lost, it is said that media is not', async ({ pair }) => {
  const [ada, ben] = await inTouch(await pair({ expectedErrors: WITHOUT_NETWORK }));
  const banner = '[data-testid=connection-banner]';
  await watchFor(ada.page, banner);
  const letThrough = drop('news');
  try {
    await expect(ada.call.main).toHaveAttribute('data-connection', 'reconnecting');
    // What livekit-client cannot resume ends soon after it is said, and its sound with it.
    const said = async () => (await saidIn(ada.page, banner)).join();
    await Promise.all([
      poll(said, { timeout: OTHER_WAY_MS }).toContain('You can be heard and seen'),
      poll(() => tonesHeard(ben.page)).toEqual([400]),
    ]);
  } finally {
    letThrough();
  }
  await expect(ada.page.getByTestId('connection-banner')).toBeHidden({ timeout: BACK_MS });
  await inTouch([ada, ben]);
});

test('where UDP is blocked in the middle of a call, media finds its way by TCP', async ({ pair }) => {
  test.setTimeout(120_000);
  const [ada, ben] = await inTouch(await pair({ expectedErrors: WITHOUT_NETWORK }));
  const letThrough = drop('udp');
  try {
    await poll(() => ada.page.getByTestId('media-banner').isVisible(), NOTICED).toBe(true);
    await poll(() => tonesHeard(ada.page), { timeout: OTHER_WAY_MS }).toEqual([700]);
    await poll(() => tonesHeard(ben.page), { timeout: OTHER_WAY_MS }).toEqual([400]);
    await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
    await expect(ada.page.getByTestId(/^(media|connection)-banner$/)).toBeHidden();
  } finally {
    letThrough();
  }
});

test('whose media alone does not arrive is marked, and nobody else', async ({ person, meeting }) => {
  const expectedErrors = WITHOUT_NETWORK;
  const ada = await person('Ada', 'green', { expectedErrors });
  const ben = await person('Ben', 'blue', { expectedErrors });
  const cora = await person('Cora', 'silent', { expectedErrors });
  await joinTogether(await meeting(), ada, ben, cora);
  await poll(() => colourShown(cora.call.video('Ben'))).toBe('blue');
  await poll(() => tonesHeard(cora.page)).toEqual([400, 700]);
  // Sounds are watched by what comes some seconds after the call.
  await expect(ben.call.tile('Ben').getByTestId('heard-by')).toHaveText('Heard by 2 of 2');
  const letThrough = dropFrom(await mediaPort(ben.page));
  try {
    await expect(cora.call.trouble('Ben')).toHaveText('Nothing arrives');
    await expect(cora.call.trouble('Ada')).toBeHidden();
    await expect(cora.page.getByTestId('media-banner')).toBeHidden();
  } finally {
    letThrough();
  }
  await expect(cora.call.trouble('Ben')).toBeHidden({ timeout: BACK_MS });
  await poll(() => tonesHeard(cora.page), { timeout: BACK_MS }).toEqual([400, 700]);
});

test('where a network lets no media through, it is said which ways to open', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green', { expectedErrors: WITHOUT_NETWORK });
  const letThrough = drop('media');
  try {
    await ada.preJoin.open(link);
    await ada.preJoin.join('Ada');
    await expect(ada.page.getByRole('alert').filter({ hasText: WAYS })).toBeVisible({ timeout: OTHER_WAY_MS });
  } finally {
    letThrough();
  }
  await ada.preJoin.joinButton.click();
  await ada.call.connected();
});

test('who comes from a network that lets no media through is told so, and those who talk notice nothing', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  const cora = await person('Cora', 'red', { expectedErrors: WITHOUT_NETWORK });
  await joinTogether(link, ada, ben);
  await inTouch([ada, ben]);
  await cora.preJoin.open(link);
  for (const { page } of [ada, ben]) await watchFor(page, TROUBLE);
  const letThrough = dropAllBut([await mediaPort(ada.page), await mediaPort(ben.page)]);
  try {
    await cora.preJoin.join('Cora');
    await expect(cora.page.getByRole('alert').filter({ hasText: WAYS })).toBeVisible({ timeout: OTHER_WAY_MS });
    await poll(() => tonesHeard(ada.page)).toEqual([700]);
    await poll(() => tonesHeard(ben.page)).toEqual([400]);
    for (const { page, name } of [ada, ben]) {
      // Of her it is true.
      const said = (await saidIn(page, TROUBLE)).filter((notice) => !notice.includes('Joining…'));
      expect(said, `what ${name} was told`).toEqual([]);
    }
  } finally {
    letThrough();
  }
  await cora.preJoin.joinButton.click();
  await cora.call.connected();
  await poll(() => tonesHeard(cora.page), { timeout: BACK_MS }).toEqual([400, 700]);
});

test('whoever is alone when media is blocked is told, too', async ({ person, meeting }) => {
  test.setTimeout(150_000);
  // That nothing of hers goes out may also be seen by the self-check, which then tries what it can.
  const ada = await person('Ada', 'green', { expectedErrors: [...WITHOUT_NETWORK, NOT_RESUMED, /^self-check: republish/] });
  await ada.join(await meeting());
  const letThrough = drop('media');
  try {
    await expect(ada.page.getByTestId('connection-banner')).toContainText('Tried in vain: UDP', { timeout: 90_000 });
  } finally {
    letThrough();
  }
  await ada.call.connected();
  await expect(ada.page.getByTestId('connection-banner')).toBeHidden();
  await expect(ada.call.toggle('Microphone')).toHaveAttribute('aria-pressed', 'true');
});

testWithLivekit.describe('beside a LiveKit with a relay', () => {
  testWithLivekit.use({ relay: true });

  testWithLivekit('where that lets no media through either, it is named', async ({ person, meeting, livekit }) => {
    const ada = await person('Ada', 'green', { expectedErrors: WITHOUT_NETWORK });
    await ada.preJoin.open(await meeting());
    const ways = new RegExp(`turn:[\\d.]+:${livekit.relayPort}.*UDP [\\d.]+:${livekit.udpPort}`);
    const letThrough = drop('udp');
    try {
      await ada.preJoin.join('Ada');
      await expect(ada.page.getByRole('alert').filter({ hasText: ways })).toBeVisible({ timeout: OTHER_WAY_MS });
    } finally {
      letThrough();
    }
    await ada.preJoin.joinButton.click();
    await ada.call.connected();
  });
});
