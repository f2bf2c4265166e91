// What a person is told about their own microphone before the others have to.
import { expect, joinTogether, test } from '../fixtures.ts';
import { tonesHeard } from '../measure.ts';
import { poll } from '../wait.ts';

declare global {
  interface Window {
    microphone: GainNode;
  }
}

test('who talks while muted is told, and unmutes with one click', async ({ pair }) => {
  const [ada, ben] = await pair();
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
  const notice = ben.page.getByTestId('microphone-notice');
  await expect(notice).toBeHidden();

  await ben.call.switch('Microphone', false);
  await ada.call.expectMark('Ben', 'muted', true);
  await expect(notice).toContainText('muted');
  await poll(() => tonesHeard(ada.page), 'listening to oneself is not sending').toEqual([]);
  await notice.getByRole('button', { name: 'Unmute' }).click();
  await expect(notice).toBeHidden();
  await expect(ben.call.toggle('Microphone')).toHaveAttribute('aria-pressed', 'true');
  await poll(() => tonesHeard(ada.page)).toEqual([700]);
});

test('a microphone that gives nothing is said, and can be exchanged and restarted from there', async ({ person, meeting }) => {
  const ben = await person('Ben', 'silent');
  await ben.join(await meeting());
  const notice = ben.page.getByTestId('microphone-notice');
  await expect(notice).toContainText('no sound');
  await notice.getByRole('button', { name: 'Other microphone' }).click();
  await expect(ben.page.getByRole('status').filter({ hasText: /Parlour uses “Fake Audio Input \d” now/ })).toBeVisible();
  await expect(notice, 'the other one is as silent').toContainText('no sound');
  await notice.getByRole('button', { name: 'Restart it' }).click();
  await expect(notice, 'it is listened to anew').toBeHidden();
});

test('a switch on the headset: who was heard sees that no sound comes any more, and is heard again', async ({ person, meeting }) => {
  test.setTimeout(120_000);
  const link = await meeting();
  const ada = await person('Ada', 'green');
  const ben = await person('Ben', 'blue');
  // No browser says of such a switch more than that there are only zeros.
  await ben.page.addInitScript(() => {
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await ask(wanted);
      const [track] = stream.getAudioTracks();
      if (!track) return stream;
      const audio = new AudioContext();
      addEventListener('pointerdown', () => void audio.resume());
      const out = audio.createMediaStreamDestination();
      window.microphone = audio.createGain();
      audio.createMediaStreamSource(new MediaStream([track])).connect(window.microphone).connect(out);
      return new MediaStream([...stream.getVideoTracks(), ...out.stream.getAudioTracks()]);
    };
  });
  await joinTogether(link, ada, ben);
  const heardBy = ben.call.tile('Ben').getByTestId('heard-by');
  const turn = (gain: number) => ben.page.evaluate((value) => (window.microphone.gain.value = value), gain);
  await expect(heardBy).toHaveText('Heard by 1 of 1', { timeout: 30_000 });
  await turn(0);
  await expect(heardBy).toHaveText('No sound from you', { timeout: 30_000 });
  await expect(ben.page.getByTestId('microphone-notice'), 'it may be a pause').toBeHidden();
  await turn(1);
  await expect(heardBy).toHaveText('Heard by 1 of 1', { timeout: 30_000 });
});
