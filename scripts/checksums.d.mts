/** Types for its test; what it does stands in checksums.mjs. */
export function writeChecksums(folder: string, name: string): Promise<number>;
