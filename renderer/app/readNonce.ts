/** The nonce by which this page's Content-Security-Policy lets style elements in; empty where nothing was put in (the dev server). */
export function readNonce(): string {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
  return nonce.startsWith('__') ? '' : nonce;
}
