// Breaks one thing after the other while three people talk, and measures how long they are without each other.
import type { Browser } from '@playwright/test';

import { drop, freezeLivekit, holdLivekit, killLivekit, livekitListens } from '../faults.ts';
import { test, type Person } from '../fixtures.ts';
import { MEDIA_IP } from '../lib/namespace.mjs';
import { test as testWithProduct, testWithLivekit } from '../own-product.ts';
import { Elsewhere } from './elsewhere.ts';
import { expectTraces, leaveTraces, writeMeanwhile } from './kept.ts';
import { each, everybodyIsLarge, recordNotice, recordPicture, recordTruth } from './measures.ts';
import { Recorder } from './recorder.ts';
import { record } from './results.ts';

const ROUNDS = Number(process.env.PARLOUR_FAULT_ROUNDS ?? 3);
/** Three people and seven rounds are twenty-one figures: enough to say what one in twenty is. */
const OUTAGE_ROUNDS = Number(process.env.PARLOUR_FAULT_ROUNDS ?? 7);
/** Pages complain about broken networks; that is not what is measured here. */
const ANYTHING = { expectedErrors: [/./] };
const OTHERS = 2;
/** In the longest outage it is seen, too, that nothing is lost. */
const LONGEST_S = 120;
const STILL_PLAYED_S = 2;
const PAUSE = 'longest pause without everybody’s sound, where it is over 0.6 s';

/** Somebody comes from another network. */
const testEverywhere = testWithProduct.extend({
  listen: '0.0.0.0',
  hosts: async ({ product }, use) => use([product.url, product.url.replace('127.0.0.1', MEDIA_IP)].map((url) => new URL(url).host)),
});

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

async function joined(somebody: Person, link: string): Promise<Recorder> {
  await somebody.join(link);
  return Recorder.start(somebody.page);
}

async function threePeople(
  person: (name: string, kind: 'green' | 'blue' | 'red', options: { expectedErrors: RegExp[] }) => Promise<Person>,
  link: string,
): Promise<{ people: [Person, Person, Person]; recorders: Recorder[] }> {
  const recorders: Recorder[] = [];
  const come = async (name: string, kind: 'green' | 'blue' | 'red') => {
    const somebody = await person(name, kind, ANYTHING);
    recorders.push(await joined(somebody, link));
    return somebody;
  };
  const ada = await come('Ada', 'green');
  const ben = await come('Ben', 'blue');
  const cora = await come('Cora', 'red');
  await everybodyIsBack(recorders, Date.now());
  return { people: [ada, ben, cora], recorders };
}

/** The second one comes from another network. */
async function twoPeople(
  person: (name: string, kind: 'green' | 'red', options: { expectedErrors: RegExp[]; browser?: Browser }) => Promise<Person>,
  link: string,
  elsewhere: Elsewhere,
): Promise<[Recorder, Recorder]> {
  const ada = await joined(await person('Ada', 'green', ANYTHING), link);
  const cora = await joined(await person('Cora', 'red', { ...ANYTHING, browser: elsewhere.browser }), elsewhere.url + link);
  await everybodyIsBack([ada, cora], Date.now(), 1);
  return [ada, cora];
}

const everybodyIsBack = (recorders: Recorder[], since: number, others = OTHERS) =>
  Promise.all(recorders.map((recorder) => recorder.backAfter(since, others)));

/** How everybody comes back, from now on, although what was broken stays so; what has arrived before is still played. */
async function recordWithoutEnd(
  fault: string,
  how: string,
  after: string,
  recorders: Recorder[],
  others = OTHERS,
): Promise<void> {
  const begin = Date.now();
  await pause(STILL_PLAYED_S);
  const seconds = await everybodyIsBack(recorders, begin + STILL_PLAYED_S * 1_000, others);
  const back = seconds.map((more) => more + STILL_PLAYED_S);
  record(fault, `until picture and sound${how}, after ${after}`, back);
  await recordPicture(fault, after, recorders, begin, back);
  await recordTruth(fault, recorders, begin, others);
}

for (let round = 1; round <= OUTAGE_ROUNDS; round++) {
  for (const seconds of [0, 20, LONGEST_S]) {
    test(`LiveKit is dead for ${seconds} s (${round})`, async ({ person, meeting }) => {
      test.setTimeout((seconds + 180) * 1_000);
      const { people, recorders } = await threePeople(person, await meeting());
      if (seconds === LONGEST_S) await leaveTraces(people);
      const letStart = holdLivekit();
      try {
        killLivekit();
        const over = pause(seconds);
        if (seconds === LONGEST_S) await writeMeanwhile(people);
        await over;
      } finally {
        letStart();
      }
      const listens = await livekitListens();
      const what = 'until everybody has picture and sound, after LiveKit listens again';
      record(`LiveKit dead for ${seconds === 0 ? 'a moment' : `${seconds} s`}`, what, await everybodyIsBack(recorders, listens));
      if (seconds === LONGEST_S) await expectTraces(people);
    });
  }

  testWithProduct(`Parlour is restarted, and its LiveKit with it (${round})`, async ({ person, meeting, product }) => {
    const { recorders } = await threePeople(person, await meeting());
    await product.end();
    await pause(20);
    await product.start();
    const what = 'until everybody has picture and sound, after it is ready';
    record('Parlour and its LiveKit stopped for 20 s', what, await everybodyIsBack(recorders, Date.now()));
  });
}

for (let round = 1; round <= ROUNDS; round++) {
  testWithLivekit(`Parlour is restarted beside an operator's LiveKit (${round})`, async ({ person, meeting, product }) => {
    const { recorders } = await threePeople(person, await meeting());
    const begin = Date.now();
    await product.end();
    await pause(10);
    await product.start();
    await pause(5);
    const silences = await each(recorders, (recorder) => recorder.longestSilence(begin, OTHERS));
    record('Parlour stopped for 10 s beside a LiveKit of your own', PAUSE, silences);
  });

  testEverywhere(`somebody changes networks (${round})`, async ({ person, meeting, product }) => {
    test.setTimeout(240_000);
    const elsewhere = await Elsewhere.start('red', product);
    try {
      const both = await twoPeople(person, await meeting(), elsewhere);
      await everybodyIsLarge(both, 1);
      elsewhere.move();
      await recordWithoutEnd('One person gets another address', '', 'the change', both, 1);
    } finally {
      await elsewhere.stop();
    }
  });

  test(`LiveKit hangs for 10 s (${round})`, async ({ person, meeting }) => {
    const { recorders } = await threePeople(person, await meeting());
    const begin = Date.now();
    const goOn = freezeLivekit();
    try {
      await pause(10);
    } finally {
      goOn();
    }
    const end = Date.now();
    const fault = 'LiveKit hangs for 10 s';
    const back = await everybodyIsBack(recorders, end);
    record(fault, 'until picture and sound, after it goes on', back);
    await recordNotice(fault, recorders, begin, end, back);
    await recordTruth(fault, recorders, begin, OTHERS);
  });

  test(`the network is cut for 10 s (${round})`, async ({ person, meeting }) => {
    test.setTimeout(240_000);
    const { recorders } = await threePeople(person, await meeting());
    await everybodyIsLarge(recorders, OTHERS);
    const begin = Date.now();
    const letThrough = drop('everything');
    try {
      await pause(10);
    } finally {
      letThrough();
    }
    const end = Date.now();
    const fault = 'Network cut for 10 s';
    const back = await everybodyIsBack(recorders, end);
    record(fault, 'until picture and sound, after the cut', back);
    const sound = await each(recorders, (recorder) => recorder.backAfter(end, OTHERS, false));
    record(`${fault}: sound`, 'until it comes, after the cut', sound);
    await recordPicture(fault, 'the cut', recorders, end, back);
    await recordNotice(fault, recorders, begin, end, back);
    await recordTruth(fault, recorders, begin, OTHERS);
  });

  testEverywhere(`a laptop sleeps for 60 s (${round})`, async ({ person, meeting, product }) => {
    test.setTimeout(240_000);
    const elsewhere = await Elsewhere.start('red', product);
    try {
      const [ada, cora] = await twoPeople(person, await meeting(), elsewhere);
      // A frozen page still sends and receives media: only with its network does it sleep.
      await cora.freeze(true);
      elsewhere.disconnect();
      await pause(60);
      elsewhere.connect();
      await cora.freeze(false);
      const what = 'until picture and sound, after it wakes';
      record('A laptop sleeps for 60 s', what, await everybodyIsBack([ada, cora], Date.now(), 1));
    } finally {
      await elsewhere.stop();
    }
  });

  test(`UDP is blocked for good (${round})`, async ({ person, meeting }) => {
    test.setTimeout(240_000);
    const { recorders } = await threePeople(person, await meeting());
    await everybodyIsLarge(recorders, OTHERS);
    const letThrough = drop('udp');
    try {
      await recordWithoutEnd('UDP blocked in the call', ' come by TCP', 'the block', recorders);
    } finally {
      letThrough();
    }
  });

  test(`30 % of the packets are lost for 30 s (${round})`, async ({ person, meeting }) => {
    test.setTimeout(240_000);
    const { recorders } = await threePeople(person, await meeting());
    await everybodyIsLarge(recorders, OTHERS);
    const begin = Date.now();
    const letThrough = drop('some');
    try {
      await pause(30);
    } finally {
      letThrough();
    }
    const end = Date.now();
    const fault = '30 % of media lost for 30 s';
    record(fault, PAUSE, await each(recorders, (recorder) => recorder.longestSilence(begin, OTHERS)));
    const weak = await each(recorders, (recorder) => recorder.until(begin, { weak: true }));
    record(`${fault}: the notice`, 'until it says that something is weak, after the first lost packet', weak);
    const sound = await each(recorders, (recorder) => recorder.backAfter(end, OTHERS, false));
    record(`${fault}: sound`, 'until it comes, after the loss', sound);
    const large = await recordPicture(fault, 'the loss', recorders, end, await everybodyIsBack(recorders, end));
    const largeAt = (person: number) => end + (large[person] ?? 0) * 1_000;
    const well = await each(recorders, (recorder, person) => recorder.until(largeAt(person), { weak: false }));
    record(`${fault}: the notice goes`, 'until it is gone, after the picture is as large as before', well);
    await recordTruth(fault, recorders, begin, OTHERS);
  });
}
