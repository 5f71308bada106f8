/// <reference path="../../preload/contract/bridge.ts" />

/** What the page does outside of itself: the clipboard and files, on the desktop by its dialogs, in a browser by its downloads. */

/** Writes a text to the clipboard; false when the browser does not let it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Where the clipboard's own interface is denied, a selected text can still be copied. */
function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}

/** Keeps a text as a file. Returns its path on the desktop, the file's name in a browser, null when the person cancels. */
export async function saveText(fileName: string, text: string, mediaType = 'text/plain'): Promise<string | null> {
  if (window.assay) return window.assay.files.saveText(fileName, text);
  const address = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return fileName;
}
