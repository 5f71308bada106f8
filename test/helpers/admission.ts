/** Opens the one-time address as a browser would: the cookie that it is given, and the secret that goes into its storage. */
export async function admission(address: string): Promise<{ cookie: string; secret: string }> {
  const answer = await fetch(address, { redirect: 'manual' });
  const secret = /setItem\('[^']+', '([^']+)'\)/.exec(await answer.text())?.[1] ?? '';
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '', secret };
}
