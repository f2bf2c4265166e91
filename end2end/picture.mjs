// Takes README's picture, docs/images/call.png: three drawn people in a real call. `node end2end/picture.mjs`;
// `PARLOUR_BIN` names the server, `PARLOUR_CHROMIUM` the browser, `PARLOUR_LIVEKIT_BIN` the LiveKit server.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from '@playwright/test';

import { insideNamespace } from './lib/namespace.mjs';
import { startProduct } from './lib/product.mjs';
import { MEDIA_DIR, TONES_HZ, makeMedia, microphoneFile } from './media.mjs';

const PICTURE = join(dirname(fileURLToPath(import.meta.url)), '../docs/images/call.png');
const CAMERA = { width: 1280, height: 720 };

/** Hair, as paths around a face whose middle is 640, 330. */
const HAIR = {
  long: 'M500 350c-30-190 60-250 140-250s170 60 140 250c-6 120 10 190-20 230H520c-30-40-14-110-20-230z',
  short: 'M512 320c-22-150 60-205 128-205s150 55 128 205c-10-60-40-95-128-95s-118 35-128 95z',
  curls: 'M520 296c-60-20-50-90-15-105-5-60 45-90 75-80 25-50 100-50 125-5 45-15 85 25 75 75 45 20 40 95-15 115z',
};

const PEOPLE = [
  { name: 'Ada Lovelace', skin: '#e8b795', hair: 'long', hairColour: '#4a2c20', shirt: '#2f6f73', wall: ['#e9dfd2', '#cbb9a3'], warm: '#fff4dd' },
  { name: 'Kwame', skin: '#8d5a3b', hair: 'short', hairColour: '#1d1614', shirt: '#d9a441', wall: ['#5d7690', '#324a63'], warm: '#a9c6de' },
  { name: 'Mei', skin: '#f0c8a4', hair: 'curls', hairColour: '#23201f', shirt: '#a34a5e', wall: ['#b9c7b2', '#86987f'], warm: '#f4f7e8' },
];

/** One person in front of a wall with a window and a plant. */
const portrait = ({ skin, hair, hairColour, shirt, wall, warm }) => `
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1280 720" width="1280" height="720">
  <defs>
    <linearGradient id="wall" x2="1" y2="1"><stop stop-color="${wall[0]}"/><stop offset="1" stop-color="${wall[1]}"/></linearGradient>
    <radialGradient id="light" cx=".2" cy=".3" r=".8"><stop stop-color="${warm}" stop-opacity=".8"/><stop offset="1" stop-color="${warm}" stop-opacity="0"/></radialGradient>
    <filter id="far"><feGaussianBlur stdDeviation="7"/></filter>
  </defs>
  <rect width="1280" height="720" fill="url(#wall)"/>
  <g filter="url(#far)">
    <rect x="90" y="60" width="270" height="360" rx="10" fill="${warm}"/>
    <path d="M225 60v360M90 230h270" stroke="${wall[1]}" stroke-width="14"/>
    <path d="M980 300h260M980 470h260" stroke="#6b4a33" stroke-width="18"/>
    <path d="M1000 290v-96h30v96zm44 0v-120h26v120zm36 0v-84h34v84z" fill="${shirt}" opacity=".75"/>
    <path d="M1150 460c-70-80-50-120-10-150 6 40 10 60 20 90 10-50 40-80 70-90 0 70-20 110-60 150z" fill="#4f7a4c"/>
    <path d="M1120 455h90l-14 60h-62z" fill="#b56b45"/>
  </g>
  <rect width="1280" height="720" fill="url(#light)"/>
  ${hair === 'long' ? `<path d="${HAIR.long}" fill="${hairColour}"/>` : ''}
  <path d="M330 720c10-150 120-190 230-205h160c110 15 220 55 230 205z" fill="${shirt}"/>
  <path d="M585 440h110v85c-20 40-90 40-110 0z" fill="${skin}"/>
  <path d="M585 470c30 40 80 40 110 0v30c-30 30-80 30-110 0z" fill="#000" opacity=".12"/>
  <ellipse cx="640" cy="335" rx="112" ry="142" fill="${skin}"/>
  <path d="${hair === 'long' ? 'M528 330c-6-110 50-165 112-165s118 55 112 165c-20-70-60-100-90-110-40 50-90 60-134 110z' : HAIR[hair]}" fill="${hairColour}"/>
  <g fill="#2a1d18"><ellipse cx="598" cy="335" rx="9" ry="11"/><ellipse cx="682" cy="335" rx="9" ry="11"/></g>
  <path d="M578 306q20-12 40 0M662 306q20-12 40 0" stroke="${hairColour}" stroke-width="8" fill="none" stroke-linecap="round"/>
  <path d="M640 345q-12 36 4 40" stroke="#000" stroke-opacity=".2" stroke-width="6" fill="none" stroke-linecap="round"/>
  <path d="M596 405q44 44 88 0q-44 16-88 0z" fill="#fff" stroke="#8c3f3a" stroke-width="5" stroke-linejoin="round"/>
</svg>`;

/** Draws what each camera shows, as motion JPEG. */
async function drawCameras(launch) {
  const browser = await launch([]);
  const page = await browser.newPage({ viewport: CAMERA });
  const files = [];
  for (const [i, person] of PEOPLE.entries()) {
    await page.setContent(`<body style="margin:0">${portrait(person)}</body>`);
    const frame = await page.screenshot({ type: 'jpeg', quality: 90 });
    files.push(join(MEDIA_DIR, `portrait-${i}.mjpeg`));
    writeFileSync(files[i], Buffer.concat([frame, frame]));
  }
  await browser.close();
  return files;
}

/** Somebody with a browser of their own, in the call with the chat open. */
async function enter(browser, url, name) {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    colorScheme: 'dark',
    permissions: ['camera', 'microphone'],
  });
  await page.goto(url);
  await page.locator('html[data-hydrated]').waitFor();
  await page.getByTestId('name').fill(name);
  await page.getByTestId('join').click();
  await page.locator('main[data-connection=connected]').waitFor();
  await page.getByRole('button', { name: /^Chat\b/ }).click();
  return page;
}

async function main() {
  makeMedia();
  const launch = (args) =>
    chromium.launch({ executablePath: process.env.PARLOUR_CHROMIUM || undefined, args: ['--no-sandbox', ...args] });
  const cameras = await drawCameras(launch);
  const product = await startProduct();
  const browsers = [];
  try {
    const room = await fetch(`${product.url}/api/rooms/create`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    const { roomName } = await room.json();
    const pages = [];
    for (const [i, { name }] of PEOPLE.entries()) {
      const browser = await launch([
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${cameras[i]}`,
        `--use-file-for-fake-audio-capture=${microphoneFile(TONES_HZ[i])}`,
      ]);
      browsers.push(browser);
      pages.push(await enter(browser, `${product.url}/${roomName}`, name));
    }
    const [ada, kwame, mei] = pages;
    const say = async (page, text) => {
      await page.getByRole('textbox', { name: 'Message' }).fill(text);
      await page.getByRole('button', { name: 'Send' }).click();
      await ada.getByRole('log', { name: 'Messages' }).getByText(text).waitFor();
    };
    await say(kwame, 'Morning! Can everyone see the new plan?');
    await say(mei, 'I can. The second page is lovely.');
    await say(ada, 'Then let us start with that one.');
    await mei.getByRole('button', { name: /^Microphone\b/ }).click();
    await ada.waitForFunction(
      (count) => [...document.querySelectorAll('[data-testid=tile] video')].filter((video) => video.videoWidth >= 640).length === count,
      PEOPLE.length,
    );
    await ada.mouse.move(640, 10);
    mkdirSync(dirname(PICTURE), { recursive: true });
    await ada.screenshot({ path: PICTURE });
    console.log(PICTURE);
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    await product.stop();
  }
}

if (insideNamespace()) await main();
