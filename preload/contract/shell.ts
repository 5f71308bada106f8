/** Names of the channels between the bridge and the shell. The page sees none of them. */
export const channels = {
  connect: 'assay:connect',
  openModels: 'assay:open-models',
  openFolder: 'assay:open-folder',
  saveText: 'assay:save-text',
  choosePath: 'assay:choose-path',
  chooseExisting: 'assay:choose-existing',
  setTheme: 'assay:set-theme',
  openFiles: 'assay:open-files',
  menu: 'assay:menu',
} as const;

/** Process argument by which the bridge learns the app's version. */
export const versionArgument = '--assay-version=';

/** What the shell sends over the port of a connection: a frame of the host, or, last, why the host ended. */
export type ShellFrame = string | { closed: string | null };
