// Devices that are taken away and given back. Chromium's fake devices cannot be unplugged, used by another program, too
// small for what is asked of them, or exchanged by the system: these failures, and nothing else, are made here, in the
// words that the browser has for them. What is left is captured as ever.
import type { Page } from '@playwright/test';

interface Equipment {
  /** Ids of devices that are not there. */
  unplugged: string[];
  /** How often a device is still refused, by its id, because another program has it. */
  busy: Record<string, number>;
  /** The largest width, in pixels, that cameras give; they refuse to be asked for more. */
  widest: number;
  /** The widths that cameras were asked for; 0 is any. */
  widthsAsked: number[];
  /** The label of the microphone that the system has chosen, when that has changed. */
  systemMicrophone?: string;
}

declare global {
  interface Window {
    equipment: Equipment;
  }
}

function plant(): void {
  const equipment: Equipment = { unplugged: [], busy: {}, widest: Infinity, widthsAsked: [] };
  window.equipment = equipment;
  const devices = navigator.mediaDevices;
  const enumerateDevices = devices.enumerateDevices.bind(devices);
  devices.enumerateDevices = async () => {
    const there = (await enumerateDevices()).filter((device) => !equipment.unplugged.includes(device.deviceId));
    const chosen = there.find((device) => device.label === equipment.systemMicrophone);
    return there.map((device) => {
      const exchanged = chosen && device.deviceId === 'default' && device.kind === 'audioinput';
      return exchanged ? { ...device.toJSON(), groupId: chosen.groupId, toJSON: device.toJSON } : device;
    });
  };
  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const video = wanted?.video;
    if (typeof video !== 'object') return getUserMedia(wanted);
    const { deviceId, width, ...rest } = video;
    const exact = (deviceId as { exact?: string } | undefined)?.exact;
    const there = (await devices.enumerateDevices()).filter((device) => device.kind === 'videoinput');
    const device = there.find((one) => one.deviceId === (exact ?? one.deviceId));
    if (!device && exact) throw new OverconstrainedError('deviceId');
    if (!device) throw new DOMException('Requested device not found', 'NotFoundError');
    const left = equipment.busy[device.deviceId] ?? 0;
    equipment.busy[device.deviceId] = left - 1;
    if (left > 0) throw new DOMException('Could not start video source', 'NotReadableError');
    const asked = (width as { ideal?: number } | undefined)?.ideal ?? 0;
    equipment.widthsAsked.push(asked);
    if (asked > equipment.widest) throw new OverconstrainedError('width');
    return getUserMedia({ video: { ...rest, width, deviceId: { exact: device.deviceId } } });
  };
}

/** Lets a test take away the devices of a page that is not opened yet. */
export async function plantEquipment(page: Page): Promise<void> {
  await page.addInitScript(plant);
}

/** The names of the cameras that capture now. */
export const camerasOn = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...window.parlourProbe.captures]
      .filter((track) => track.kind === 'video' && track.readyState === 'live')
      .map((track) => track.label),
  );

/** Unplugs a camera: what it captures ends, and the browser says that the devices have changed. */
export const unplug = (page: Page, label: string): Promise<void> =>
  page.evaluate((unplugged) => {
    for (const track of window.parlourProbe.captures) {
      if (track.label !== unplugged || track.readyState !== 'live') continue;
      window.equipment.unplugged.push(track.getSettings().deviceId ?? '');
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  }, label);

/** Plugs everything in again. */
export const plugIn = (page: Page): Promise<void> =>
  page.evaluate(() => {
    window.equipment.unplugged = [];
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  });

/** Another program takes a camera, and keeps it for so many requests. */
export const takeCamera = (page: Page, label: string, requests: number): Promise<void> =>
  page.evaluate(
    async ({ taken, times }) => {
      const found = (await navigator.mediaDevices.enumerateDevices()).find((device) => device.label === taken);
      window.equipment.busy[found?.deviceId ?? ''] = times;
    },
    { taken: label, times: requests },
  );
