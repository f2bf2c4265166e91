// What breaks in the page is told to the server without a word of what was said, and never leaves a page that looks well.
import type { Route } from '@playwright/test';

import { expect, joinTogether, type Person, test } from '../fixtures.ts';
import { NONSENSE, keepDataChannel, send } from '../forge.ts';
import { colourShown } from '../measure.ts';
import { poll } from '../wait.ts';

declare global {
  interface Window {
    /** What the server tells. */
    serverEvents?: EventSource;
  }
}

/** The next report of a failure that a page sends. */
const nextReport = async ({ page }: Person) => {
  const response = await page.waitForResponse('**/api/client-errors');
  return { status: response.status(), body: response.request().postDataJSON() as { name: string; frames: string[] } };
};

test('a failure is reported by what it is and where, and an application that has stopped says so', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/^uncaught:/, /^console: Uncaught/] });
  await ada.join(await meeting());

  await test.step('an error, and the call goes on', async () => {
    const reported = nextReport(ada);
    await ada.page.evaluate(() => void setTimeout(() => JSON.parse("secret@example.org:42")));
    const { status, body } = await reported;
    expect(status).toBe(204);
    expect(body.name).toBe('SyntaxError');
    expect(JSON.stringify(body), 'the message stays here').not.toContain('secret');
    await ada.call.switch('Chat', true);
  });

  await test.step('a promise that nobody waits for, and the call goes on', async () => {
    const reported = nextReport(ada);
    await ada.page.evaluate(() => void setTimeout(() => void Promise.reject(new RangeError('secret@example.org'))));
    const { status, body } = await reported;
    expect(status).toBe(204);
    expect(body.name).toBe('RangeError');
    expect(JSON.stringify(body)).not.toContain('secret');
    await ada.call.switch('Raise hand', true);
  });

  await test.step('the end of the application, and how to go on', async () => {
    const reported = nextReport(ada);
    // A panic of the module ends in this error; none is known that a page could be brought to, so it is thrown by hand.
    await ada.page.evaluate(() => {
      setTimeout(() => {
        throw new WebAssembly.RuntimeError('unreachable');
      });
    });
    expect((await reported).body.name).toBe('RuntimeError');
    const notice = ada.page.getByRole('alert').filter({ hasText: 'stopped working' });
    await expect(notice).toBeVisible();
    await notice.getByRole('button', { name: 'Reload' }).click();
    await ada.preJoin.interactive();
    await expect(ada.preJoin.joinButton).toBeVisible();
  });
});

test('an exception in a panel ends neither the page nor the call, and says how to go on', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green', { expectedErrors: [/^uncaught:/, /^console: Uncaught/] });
  const ben = await person('Ben', 'blue');
  await joinTogether(link, ada, ben);
  await ada.call.switch('Chat', true);
  const reported = nextReport(ada);
  // None is known that a browser would throw by itself where nothing catches it.
  await ada.page.evaluate(() => {
    Object.defineProperty(Element.prototype, 'scrollHeight', {
      get() {
        throw new RangeError('secret@example.org');
      },
    });
  });
  await ben.call.switch('Chat', true);
  await ben.call.say('what time is it?');
  const { status, body } = await reported;
  expect(status).toBe(204);
  expect(body.name).toBe('RangeError');
  expect(body.frames.join(), 'it went through the application').toContain('.wasm');
  const notice = ada.page.getByRole('alert').filter({ hasText: 'stopped working' });
  await expect(notice).toBeVisible();
  await expect(ada.call.main).toHaveAttribute('data-connection', 'connected');
  await poll(() => colourShown(ada.call.video('Ben'))).toBe('blue');
  await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
  await notice.getByRole('button', { name: 'Reload' }).click();
  await ada.preJoin.interactive();
  await ada.preJoin.join('Ada');
  await ada.call.connected();
});

test('what one part of the page cannot do takes along neither the others nor the call', async ({ person }) => {
  test.setTimeout(120_000);
  const ada = await person('Ada', 'green', { expectedErrors: [/^uncaught:/, /^console: /] });
  const ben = await person('Ben', 'blue');
  const cora = await person('Cora', 'red');
  await ada.page.addInitScript(() => {
    const Source = EventSource;
    window.EventSource = class extends Source {
      constructor(url: string | URL) {
        super(url);
        window.serverEvents = this;
      }
    };
  });
  const link = await ada.begin();
  await ben.join(link);
  const part = (name: string, act: () => Promise<void>) =>
    test.step(name, async () => {
      await act();
      await expect(ada.page.locator('#stopped')).toHaveCount(0);
      await expect(ada.call.main).toHaveAttribute('data-connection', 'connected');
    });
  const more = ada.page.getByRole('dialog', { name: 'More' });

  await part('chat: a time that cannot be said', async () => {
    await ada.call.switch('Chat', true);
    await ben.call.switch('Chat', true);
    await ada.page.evaluate(() => {
      Date.prototype.toLocaleTimeString = () => {
        throw new RangeError('no such zone');
      };
    });
    await ben.call.say('what time is it?');
    await expect(ada.call.messages).toContainText('what time is it?');
  });

  await part('chat: a file that cannot be sent', async () => {
    const reported = nextReport(ada);
    await ada.page.evaluate(() => {
      const open = XMLHttpRequest.prototype.open;
      XMLHttpRequest.prototype.open = () => {
        XMLHttpRequest.prototype.open = open;
        throw new RangeError('not this one');
      };
    });
    const text = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) });
    await ada.call.chat.getByLabel('Attach a file').setInputFiles([text('first.txt'), text('second.txt')]);
    await expect(ada.page.getByText('first.txt was not sent. Try again.').first()).toBeVisible();
    await expect(ben.call.messages).toContainText('second.txt');
    expect((await reported).body.name).toBe('RangeError');
  });

  await part('people: a link that cannot be copied', async () => {
    await ada.page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new RangeError('not now'));
    });
    await ada.call.switch('People', true);
    await ada.call.people.getByRole('button', { name: 'Copy meeting link' }).click();
    await expect(ada.page.getByText(/Copy this link: http/).first()).toBeVisible();
  });

  await part('devices: none can be listed or opened', async () => {
    await ada.call.more();
    await ada.page.evaluate(() => {
      const { mediaDevices } = navigator;
      const fail = () => {
        throw new RangeError('not now');
      };
      Object.assign(mediaDevices, { enumerateDevices: fail, getUserMedia: fail });
    });
    await more.getByRole('combobox', { name: 'Camera device' }).selectOption({ index: 0 });
    const problem = more.getByRole('alert').filter({ hasText: 'Your camera could not be started' });
    await expect(problem).toBeVisible();
    await ada.page.evaluate(() => {
      for (const broken of ['enumerateDevices', 'getUserMedia']) Reflect.deleteProperty(navigator.mediaDevices, broken);
    });
    await problem.getByRole('button', { name: 'Try again' }).click();
    await expect(problem).toBeHidden();
    await poll(() => colourShown(ben.call.video('Ada'))).toBe('green');
  });

  await part('quality: nothing can be measured or set', async () => {
    await ada.page.evaluate(() => {
      const fail = () => {
        throw new RangeError('not now');
      };
      Object.assign(RTCPeerConnection.prototype, { getStats: fail });
      Object.assign(RTCRtpReceiver.prototype, { getStats: fail });
      Object.assign(RTCRtpSender.prototype, { getStats: fail, getParameters: fail, setParameters: fail });
    });
    await ada.call.pictureQuality.selectOption({ label: 'Low' });
    await ada.call.saveData.click();
    await expect(ada.call.saveData).toBeChecked();
  });

  await part('waiting list: nonsense from the door, and no chime', async () => {
    await ada.call.decree('Ask before joining');
    await ada.call.more();
    await ada.page.evaluate(() => {
      for (const data of ['', '{', 'null', '[]', '{"queue":[{}]}', '{"waiting":3}', '{"queue":{"length":-1}}']) {
        window.serverEvents?.dispatchEvent(new MessageEvent('door', { data }));
      }
      window.AudioContext = class {
        constructor() {
          throw new RangeError('no sound');
        }
      } as unknown as typeof AudioContext;
    });
    await cora.preJoin.open(link);
    await cora.preJoin.join('Cora');
    await ada.call.people.getByRole('button', { name: 'Admit', exact: true }).click();
    await cora.call.connected();
  });

  await part('stage: nothing can be played', async () => {
    await ada.page.evaluate(() => {
      HTMLMediaElement.prototype.play = () => {
        throw new RangeError('not now');
      };
    });
    await ben.call.switch('Camera', false);
    await ben.call.switch('Camera', true);
    await ben.call.switch('Microphone', false);
    await ada.call.expectMark('Ben', 'muted', true);
    await expect(ada.call.tile('Cora')).toBeVisible();
  });

  await ada.call.switch('Chat', true);
  await ada.call.say('still here');
  await expect(ben.call.messages).toContainText('still here');
});

test('whoever goes while files are being sent is disturbed by them no more', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  await ada.join(await meeting());
  // What sends them may come after they are chosen.
  let come = (): void => undefined;
  const late = new Promise<void>((resolve) => (come = resolve));
  await ada.page.route('**/pkg/attach.*.js', async (route) => {
    await late;
    await route.continue();
  });
  await ada.call.switch('Chat', true);
  const files = '**/files?*';
  let arrive = (): void => undefined;
  const held = new Promise<void>((resolve) => (arrive = resolve));
  await ada.page.route(files, async (route) => {
    await held;
    await route.fulfill({ body: '{}' });
  });
  const text = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) });
  const second = ada.page.waitForResponse((response) => response.url().includes('second.txt'));
  await ada.call.chat.getByLabel('Attach a file').setInputFiles([text('first.txt'), text('second.txt')]);
  come();
  await expect(ada.call.chat.getByRole('progressbar', { name: 'Sending the file' })).toBeVisible();
  await ada.call.leave();
  await ada.page.getByRole('link', { name: 'Go to the start' }).click();
  await expect(ada.home.newMeeting).toBeVisible();
  arrive();
  await (await second).finished();
  await expect(ada.page.locator('#stopped')).toHaveCount(0);
});

test('whatever a peer writes to a page, it goes on and has nothing to report', async ({ person, meeting }) => {
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const eve = await person('Eve', 'red');
  const reports: string[] = [];
  ada.page.on('request', (request) => {
    if (request.url().endsWith('/api/client-errors')) reports.push(request.postData() ?? '');
  });
  await keepDataChannel(eve.page);
  await joinTogether(link, ada, eve);
  await poll(() => colourShown(ada.call.video('Eve'))).toBe('red');
  await ada.call.switch('Chat', true);
  for (const topic of ['parlour', 'parlour.peer', '']) {
    for (const payload of NONSENSE) await send(eve.page, topic, payload);
  }
  // By the time her hand has gone round by the server, her packets are there.
  await eve.call.switch('Raise hand', true);
  await ada.call.expectMark('Eve', 'hand', true);
  await ada.call.say('still here');
  await expect(ada.call.messages).toContainText('still here');
  await expect(ada.call.messages.locator('.message')).toHaveCount(1);
  await poll(() => colourShown(ada.call.video('Eve'))).toBe('red');
  expect(reports).toEqual([]);
});

for (const [what, files] of [
  ['WebAssembly', '**/pkg/app.*.wasm'],
  ['script', '**/pkg/app.*.js'],
]) {
  test(`a page whose ${what} does not come says so, and how to go on`, async ({ person, meeting }) => {
    const ada = await person('Ada', 'green', { expectedErrors: [/^uncaught:/, /^console: (Failed to load|Uncaught)/] });
    await ada.page.route(files, (route) => route.abort());
    await ada.page.goto(await meeting());
    const notice = ada.page.getByRole('alert').filter({ hasText: 'could not be loaded completely' });
    await expect(notice).toBeVisible();
    await ada.page.unroute(files);
    await notice.getByRole('button', { name: 'Reload' }).click();
    await ada.preJoin.interactive();
    await expect(notice).toBeHidden();
    await expect(ada.preJoin.joinButton).toBeVisible();
  });
}

test('without JavaScript a meeting says that it needs it', async ({ browsers, baseURL, meeting }) => {
  const browser = await browsers.get('green', false);
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(await meeting());
  // Locators by text pass over what stands in `noscript`.
  const notice = page.locator('noscript p');
  await expect(notice).toBeVisible();
  await expect(notice).toContainText('Parlour needs JavaScript');
  await context.close();
});

for (const [why, refuse] of [
  ['cannot be fetched', (route: Route) => route.abort()],
  ['is not there any more', (route: Route) => route.fulfill({ status: 404 })],
] as const) {
  test(`a part of the page that ${why} says so, and comes when it can`, async ({ person, meeting }) => {
    const ada = await person('Ada', 'green', { expectedErrors: [/^console: (Failed to load|TypeError: )/] });
    const later = '**/pkg/later.*.wasm';
    let refused = 0;
    await ada.page.route(later, async (route) => {
      await refuse(route);
      refused += 1;
    });
    await ada.join(await meeting());
    await ada.call.switch('People', true);
    const notice = ada.page.getByRole('alert').filter({ hasText: 'could not be loaded' });
    await expect(notice).toBeVisible();
    const again = notice.getByRole('button', { name: 'Try again' });
    await again.focus();
    const before = refused;
    await poll(() => refused).toBeGreaterThan(before);
    await expect(again, 'it is fetched again meanwhile, and whoever is about to press it can').toBeFocused();
    await ada.call.switch('Raise hand', true);
    await ada.page.unroute(later);
    // It may come by itself just now: then there is nothing to press any more.
    await again.evaluateAll((buttons: HTMLElement[]) => buttons.forEach((button) => button.click()));
    await expect(ada.call.people.getByRole('list', { name: 'Participants' })).toContainText('Ada');
    await expect(notice).toBeHidden();
  });
}

test('what is said beside the call comes by itself when it could not be fetched at first', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/^console: (Failed to load|TypeError: Failed to fetch)/] });
  const later = /\/pkg\/later\.[^/]*\.wasm$/;
  await ada.page.route(later, (route) => route.abort());
  const failed = ada.page.waitForEvent('requestfailed', {
    predicate: (request) => later.test(request.url()),
    timeout: 45_000, // it comes some seconds after joining
  });
  await ada.join(await meeting());
  await failed;
  await ada.page.unroute(later);
  await ada.call.switch('Microphone', false);
  await expect(ada.page.getByTestId('microphone-notice'), 'nobody asks for it').toContainText('muted');
});
