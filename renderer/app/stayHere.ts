/**
 * Lets nothing lead the page to another origin: an address can carry what the page knows, and no policy has a directive for navigation.
 * Browsers without the Navigation API (before Chromium 102, Safari 26.2, Firefox 147) have no such wall. The desktop has its own.
 */
export function stayHere(): void {
  globalThis.navigation?.addEventListener('navigate', (event) => {
    if (event.cancelable && new URL(event.destination.url).origin !== location.origin) event.preventDefault();
  });
}
