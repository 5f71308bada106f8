import { door } from '../../preload/contract/door.ts';

/** Answers the one-time address: puts the secret into the storage of this origin and goes on to the app. Sent with `admissionPolicy`. */
export function admissionPage(secret: string, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Assay</title>
<script nonce="${nonce}">
localStorage.setItem('${door.storage}', '${secret}');
location.replace('/');
</script>
</head>
<body>
<p>Assay opens here. If it does not, this browser keeps pages from running scripts or from storing anything: allow both for this address, end \`assay serve\` and start it again.</p>
</body>
</html>
`;
}

export function admissionPolicy(nonce: string): string {
  return `default-src 'none'; script-src 'nonce-${nonce}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
}
