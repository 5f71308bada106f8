/** What a chosen file holds, or a sentence that says why it cannot be taken. */
export type TextFile = { name: string; text: string } | { problem: string };

/** A text in UTF-8, read as the command line reads it: strictly, and one line break at the end is not part of it. */
export async function readTextFile(file: Pick<File, 'name' | 'arrayBuffer'>): Promise<TextFile> {
  const { name } = file;
  try {
    const bytes = await file.arrayBuffer();
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
    // No text has a NUL, and what is in two bytes a character, or no text at all, nearly always does.
    return text.includes('\0') ? refused(name) : { name, text };
  } catch (error) {
    // What is no UTF-8 is a TypeError; else the file could not be read.
    return error instanceof TypeError ? refused(name) : { problem: `The file ${name} cannot be read.` };
  }
}

const refused = (name: string) => ({
  problem: `The file ${name} is not text in UTF-8. Save it as UTF-8 and choose it again.`,
});
