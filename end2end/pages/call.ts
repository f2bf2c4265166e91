// The call.
import { expect, type Locator, type Page } from '@playwright/test';

import { present } from '../wait.ts';

/** Those of the toolbar's buttons that stay pressed. */
type Toggle = 'Microphone' | 'Camera' | 'Share screen' | 'Raise hand' | 'Chat' | 'People';

export class Call {
  readonly main: Locator;
  readonly controls: Locator;
  readonly tiles: Locator;
  readonly chat: Locator;
  readonly messages: Locator;
  readonly people: Locator;
  readonly participants: Locator;
  readonly leaveButton: Locator;
  readonly pictureQuality: Locator;
  readonly saveData: Locator;
  readonly ownName: Locator;
  readonly changeName: Locator;
  readonly qualityNotice: Locator;

  constructor(private readonly page: Page) {
    this.main = page.locator('main[data-connection]');
    this.controls = page.getByRole('toolbar', { name: 'Call controls' });
    this.tiles = page.getByTestId('tile');
    this.chat = page.getByRole('complementary', { name: 'Chat' });
    this.messages = this.chat.getByRole('log', { name: 'Messages' });
    this.people = page.getByRole('complementary', { name: 'People' });
    this.participants = this.people.getByRole('list', { name: 'Participants' });
    this.pictureQuality = page.getByRole('combobox', { name: 'Picture quality' });
    this.saveData = page.getByRole('switch', { name: 'Save data' });
    this.ownName = page.getByRole('dialog', { name: 'More' }).getByRole('textbox', { name: 'Your name' });
    this.changeName = page.getByRole('button', { name: 'Change', exact: true });
    this.qualityNotice = page.getByTestId('quality-notice');
    this.leaveButton = this.controls.getByRole('button', { name: 'Leave', exact: true });
  }

  /** Waits until the call is there. */
  async connected(): Promise<void> {
    // What there is instead, the expectation says.
    await present(this.page, 'main[data-connection=connected]').catch(() => undefined);
    await expect(this.main).toHaveAttribute('data-connection', 'connected', { timeout: 1_000 });
  }

  /** One of the toggle buttons in the toolbar; what else its name says (an unread count) may follow. */
  toggle(name: Toggle): Locator {
    return this.controls.getByRole('button', { name: new RegExp(`^${name}\\b`) });
  }

  /** Presses a toggle and waits until it says so. */
  async switch(name: Toggle, on: boolean): Promise<void> {
    const toggle = this.toggle(name);
    await expect(toggle).toHaveAttribute('aria-pressed', String(!on));
    await toggle.click();
    await expect(toggle).toHaveAttribute('aria-pressed', String(on));
  }

  /** Somebody's tile. */
  tile(name: string, source: 'camera' | 'screen_share' = 'camera'): Locator {
    return this.page.locator(`[data-testid=tile][data-source=${source}]`).filter({ hasText: name });
  }

  /** The video on somebody's tile. */
  video(name: string, source: 'camera' | 'screen_share' = 'camera'): Locator {
    return this.tile(name, source).locator('video');
  }

  /** What somebody's tile says is wrong. */
  trouble(name: string): Locator {
    return this.tile(name).locator('.tile-trouble');
  }

  /** The button that shows somebody large. */
  pin(name: string): Locator {
    return this.tile(name).getByRole('button', { name: /^Show large/ });
  }

  /** How wide somebody's tile is, in CSS pixels. */
  async width(name: string): Promise<number> {
    return (await this.tile(name).boundingBox())?.width ?? 0;
  }

  /** Expects a mark of a tile, `data-muted`, `data-speaking` or `data-hand`, to be on or off. */
  async expectMark(name: string, mark: 'muted' | 'speaking' | 'hand', on: boolean): Promise<void> {
    await expect(this.tile(name)).toHaveAttribute(`data-${mark}`, String(on));
  }

  /** Opens what is needed now and then, and closes it again. */
  async more(): Promise<void> {
    await this.controls.getByRole('button', { name: 'More' }).click();
  }

  /** Has a rule of the meeting hold, where "More" is open: the click alone turns the switch, so the answer is waited for. */
  async decree(name: string): Promise<void> {
    const rule = this.page.getByRole('dialog', { name: 'More' }).getByRole('switch', { name });
    const answered = this.page.waitForResponse('**/api/fn/moderate*');
    await rule.click();
    expect((await answered).ok()).toBe(true);
    await expect(rule).toBeChecked();
  }

  /** Chooses how good pictures should be. */
  async choosePictures(label: string): Promise<void> {
    await this.more();
    await this.pictureQuality.selectOption({ label });
    await this.more();
    await expect(this.pictureQuality).toBeHidden();
  }

  /** The place of somebody's raised hand in the open people panel. */
  handPlace(name: string): Locator {
    return this.participants.getByRole('listitem').filter({ hasText: name }).getByTestId('hand-place');
  }

  /** Writes a chat message; the panel is open. */
  async say(text: string): Promise<void> {
    await this.chat.getByRole('textbox', { name: 'Message' }).fill(text);
    await this.chat.getByRole('button', { name: 'Send', exact: true }).click();
  }

  async leave(): Promise<void> {
    await this.leaveButton.click();
    await expect(this.page.getByRole('heading', { name: 'You left the meeting' })).toBeVisible();
  }
}
