// Links and codes: understood however they are written; unknown ones are said to be unknown.
import { expect, test } from '../fixtures.ts';

const capitals = (path: string) => path.slice(1).toUpperCase();

test('a code may be typed or pasted in any way', async ({ person, meeting, baseURL }) => {
  const path = await meeting();
  const ada = await person('Ada', 'green');
  // In which other ways, `RoomName` knows.
  for (const typed of [` ${capitals(path).replaceAll('-', ' ')} `, `${baseURL}/${capitals(path)}?from=mail#top`]) {
    await test.step(typed, async () => {
      await ada.home.open();
      await ada.home.code.fill(typed);
      await ada.home.joinButton.click();
      await expect(ada.page).toHaveURL(path);
      await expect(ada.preJoin.joinButton).toBeVisible();
    });
  }
});

test('the secret of an invitation that is typed with its link is kept', async ({ person, meeting, baseURL }) => {
  const path = await meeting();
  const ada = await person('Ada', 'green');
  await ada.home.open();
  await ada.home.code.fill(`${baseURL}${path}#i=aB3-_x`);
  await ada.home.joinButton.click();
  await expect(ada.page).toHaveURL(`${path}#i=aB3-_x`);
  await expect(ada.preJoin.joinButton).toBeVisible();
});

test('a link with capitals and no hyphens opens the meeting', async ({ person, meeting }) => {
  const ada = await person('Ada', 'green');
  await ada.preJoin.open(`/${capitals(await meeting()).replaceAll('-', '')}`);
  await expect(ada.preJoin.joinButton, 'an unknown one has no such button').toBeVisible();
});

test('an unknown meeting is a 404 page that says so', async ({ person }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/status of 404/] });
  const answer = await ada.page.goto('/aaaa-bbbbb-cccc');
  expect(answer?.status()).toBe(404);
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Meeting not found');
  await expect(ada.preJoin.joinButton).toHaveCount(0);
  await ada.page.getByRole('link', { name: 'Go to the start' }).click();
  await expect(ada.home.newMeeting).toBeVisible();
});

test('an unknown code typed on the home page is said to be unknown', async ({ person }) => {
  const ada = await person('Ada', 'green', { expectedErrors: [/status of 404/] });
  await ada.home.open();
  await ada.home.code.fill('zzzz yyyyy xxxx');
  await ada.home.joinButton.click();
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Meeting not found');
});

test('nothing typed is asked for again', async ({ person }) => {
  const ada = await person('Ada', 'green');
  await ada.home.open();
  await ada.home.joinButton.click();
  await expect(ada.page.getByRole('alert').filter({ hasText: /link or code/ })).toBeVisible();
  await expect(ada.page).toHaveURL('/');
});
