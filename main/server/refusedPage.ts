/** A page without scripts that says what happened and what to do. `again`: try the start page once more by a request of this origin. */
export function refusedPage(title: string, sentence: string, again = false): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Assay: ${escapeText(title)}</title>
${again ? '<meta http-equiv="refresh" content="0;url=/">' : ''}
</head>
<body>
<h1>${escapeText(title)}</h1>
<p>${escapeText(sentence)}</p>
</body>
</html>
`;
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
