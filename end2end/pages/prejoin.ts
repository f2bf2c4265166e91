// The page before joining.
import type { Locator, Page } from '@playwright/test';

import { present } from '../wait.ts';

export class PreJoin {
  readonly name: Locator;
  readonly microphone: Locator;
  readonly camera: Locator;
  readonly joinButton: Locator;
  readonly preview: Locator;
  readonly level: Locator;

  constructor(private readonly page: Page) {
    this.name = page.getByRole('textbox', { name: 'Your name' });
    this.microphone = page.getByRole('button', { name: 'Microphone', exact: true });
    this.camera = page.getByRole('button', { name: 'Camera', exact: true });
    this.joinButton = page.getByRole('button', { name: 'Join now' });
    this.preview = page.getByTestId('preview').locator('video');
    this.level = page.getByRole('meter', { name: 'Microphone level' });
  }

  /** The picker of a device. */
  device(kind: 'Microphone' | 'Camera' | 'Speaker'): Locator {
    return this.page.getByRole('combobox', { name: `${kind} device` });
  }

  async open(link: string): Promise<void> {
    await this.page.goto(link);
    await this.interactive();
  }

  async interactive(): Promise<void> {
    await present(this.page, 'html[data-hydrated]');
  }

  async join(name: string): Promise<void> {
    await this.name.fill(name);
    await this.joinButton.click();
  }
}
