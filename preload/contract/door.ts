/**
 * What a browser shows besides its cookie, which it sends to every port of the host: a secret in the local storage of the page, which only
 * pages of this very origin, port included, can read. It ends with the server.
 */
export const door = {
  /** Its name in the local storage. */
  storage: 'assay-door',
  /** The WebSocket subprotocol that both sides agree on; the secret is offered behind it. */
  protocol: 'assay',
  /** The header that shows it in a request. */
  header: 'assay-door',
} as const;
