declare global {
  interface Window {
    /** Of Chromium, Safari and Firefox; not yet of TypeScript. */
    readonly trustedTypes?: {
      createPolicy(name: 'default', rules: { createHTML(text: string): string | null }): unknown;
    };
  }
}

/**
 * The policy lets no text become markup or code (`require-trusted-types-for`) but by way of this: Mantine writes style sheets as the inner
 * HTML of style elements, and those have no `<` in them.
 */
export function refuseMarkup(): void {
  window.trustedTypes?.createPolicy('default', { createHTML: (text) => (text.includes('<') ? null : text) });
}
