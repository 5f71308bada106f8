/** Where an error came from without its words: those may quote what a person typed. */
export function placesOf(error: Error): string {
  const lines = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return [error.name, ...lines.slice(0, 8).map((line) => line.trim())].join(' | ');
}
