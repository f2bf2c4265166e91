// Breaks one thing after the other while three people talk, and measures how long they are without each other.
import { drop, freezeLivekit, holdLivekit, killLivekit, livekitListens } from '../faults.ts';
import { test, type Person } from '../fixtures.ts';
import { Recorder } from './recorder.ts';
import { record } from './results.ts';

const ROUNDS = Number(process.env.PARLOUR_FAULT_ROUNDS ?? 3);
/** Pages complain about broken networks; that is not what is measured here. */
const ANYTHING = { expectedErrors: [/./] };
const OTHERS = 2;

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

async function threePeople(
  person: (name: string, kind: 'green' | 'blue' | 'red', options: { expectedErrors: RegExp[] }) => Promise<Person>,
  link: string,
): Promise<Recorder[]> {
  const recorders: Recorder[] = [];
  for (const [name, kind] of [['Ada', 'green'], ['Ben', 'blue'], ['Cora', 'red']] as const) {
    const somebody = await person(name, kind, ANYTHING);
    await somebody.join(link);
    recorders.push(await Recorder.start(somebody.page));
  }
  await everybodyIsBack(recorders, Date.now());
  return recorders;
}

const everybodyIsBack = (recorders: Recorder[], since: number) =>
  Promise.all(recorders.map((recorder) => recorder.backAfter(since, OTHERS)));

for (let round = 1; round <= ROUNDS; round++) {
  for (const seconds of [0, 20, 120]) {
    test(`LiveKit is dead for ${seconds} s (${round})`, async ({ person, meeting }) => {
      test.setTimeout((seconds + 180) * 1_000);
      const recorders = await threePeople(person, await meeting());
      const letStart = holdLivekit();
      try {
        killLivekit();
        await pause(seconds);
      } finally {
        letStart();
      }
      const listens = await livekitListens();
      const what = 'until everybody has picture and sound, after LiveKit listens again';
      record(`LiveKit dead for ${seconds === 0 ? 'a moment' : `${seconds} s`}`, what, await everybodyIsBack(recorders, listens));
    });
  }

  test(`LiveKit hangs for 10 s (${round})`, async ({ person, meeting }) => {
    const recorders = await threePeople(person, await meeting());
    const goOn = freezeLivekit();
    try {
      await pause(10);
    } finally {
      goOn();
    }
    record('LiveKit hangs for 10 s', 'until picture and sound, after it goes on', await everybodyIsBack(recorders, Date.now()));
  });

  test(`the network is cut for 10 s (${round})`, async ({ person, meeting }) => {
    const recorders = await threePeople(person, await meeting());
    const letThrough = drop('everything');
    try {
      await pause(10);
    } finally {
      letThrough();
    }
    record('Network cut for 10 s', 'until picture and sound, after the cut', await everybodyIsBack(recorders, Date.now()));
  });

  test(`a laptop sleeps for 60 s (${round})`, async ({ person, meeting }) => {
    test.setTimeout(240_000);
    const recorders = await threePeople(person, await meeting());
    const [sleeper] = recorders;
    if (!sleeper) throw new Error('nobody is there');
    await sleeper.freeze(true);
    await pause(60);
    await sleeper.freeze(false);
    record('A page sleeps for 60 s', 'until everybody has picture and sound, after it wakes', await everybodyIsBack(recorders, Date.now()));
  });

  test(`UDP is blocked for good (${round})`, async ({ person, meeting }) => {
    const recorders = await threePeople(person, await meeting());
    const letThrough = drop('udp');
    try {
      const begin = Date.now();
      await pause(2); // what has arrived before is still played
      const seconds = await everybodyIsBack(recorders, begin + 2_000);
      record('UDP blocked in the call', 'until picture and sound come by TCP, after the block', seconds.map((s) => s + 2));
    } finally {
      letThrough();
    }
  });

  test(`30 % of the packets are lost for 30 s (${round})`, async ({ person, meeting }) => {
    const recorders = await threePeople(person, await meeting());
    const begin = Date.now();
    const letThrough = drop('some');
    try {
      await pause(30);
    } finally {
      letThrough();
    }
    const silences = await Promise.all(recorders.map((recorder) => recorder.longestSilence(begin, OTHERS)));
    record('30 % of media lost for 30 s', 'longest pause without everybody’s sound, where it is over 0.6 s', silences);
  });
}
