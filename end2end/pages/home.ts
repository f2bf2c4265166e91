// The home page.
import type { Locator, Page } from '@playwright/test';

import { present } from '../wait.ts';

export class Home {
  readonly newMeeting: Locator;
  readonly code: Locator;
  readonly joinButton: Locator;

  constructor(private readonly page: Page) {
    this.newMeeting = page.getByRole('button', { name: 'New meeting', exact: true });
    this.code = page.getByRole('textbox', { name: 'Meeting link or code' });
    this.joinButton = page.getByRole('button', { name: 'Join', exact: true });
  }

  async open(): Promise<void> {
    await this.page.goto('/');
    await present(this.page, 'html[data-hydrated]');
  }
}
