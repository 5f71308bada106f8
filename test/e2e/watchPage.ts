import type { Page } from '@playwright/test';

/** Reports uncaught errors and breaches of the content security policy: a spec in which one occurs fails. */
export function watchPage(page: Page, onFault: (fault: string) => void): void {
  page.on('pageerror', (error) => onFault(`uncaught: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/i.test(message.text())) onFault(message.text());
  });
}
