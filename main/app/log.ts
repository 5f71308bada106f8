/** What the shell has to say goes to its error stream, one line an event; nothing that a person typed. */
export function log(event: string, detail?: unknown): void {
  console.error(
    `assay shell: ${event}${detail === undefined ? '' : `: ${detail instanceof Error ? detail.message : String(detail)}`}`,
  );
}
