// The question of a tab that wants a call which another tab or browser has.
import type { Locator, Page } from '@playwright/test';

export class MoveCall {
  readonly dialog: Locator;
  readonly move: Locator;
  readonly stay: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: /^You are already in this meeting in another (tab|browser)$/ });
    this.move = this.dialog.getByRole('button', { name: 'Move the call here' });
    this.stay = this.dialog.getByRole('button', { name: 'Stay there' });
  }
}
