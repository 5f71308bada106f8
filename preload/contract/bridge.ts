/** What the desktop's preload script puts on the page as `window.assay`. Absent in a browser; plain types, because nothing of it crosses a wire. */
export interface AssayBridge {
  platform: 'darwin' | 'linux' | 'win32';
  versions: { app: string; electron: string; chromium: string };
  /**
   * A new connection to the host: one frame is one text message of the same protocol that a browser speaks over its WebSocket.
   * It takes frames at once and keeps them until the host is up. When it ends it stays ended: connect again.
   */
  connect(listener: BridgeListener): BridgeConnection;
  files: {
    /** The path of a file that was dropped on the page or chosen in it; empty when it has none on disk. */
    pathFor(file: File): string;
    /** Asks for GGUF files with the system's dialog; none when the person cancels. */
    openModels(): Promise<string[]>;
    /** Asks for a folder with models; null when the person cancels. */
    openFolder(): Promise<string | null>;
    /** Asks where to keep a text that the person wants to export and writes it there; null when the person cancels. Rejects with a sentence when it cannot be written. */
    saveText(suggestedName: string, text: string): Promise<string | null>;
    /** Asks for a new file (a backup, say) without writing it; null when the person cancels. */
    choosePath(suggestedName: string): Promise<string | null>;
    /** Asks for an existing file or folder (a backup to restore, say); null when the person cancels. */
    chooseExisting(): Promise<string | null>;
  };
  /** Which scheme `prefers-color-scheme` answers with: the system's or a fixed one. Remembered for the next start. */
  setTheme(theme: Theme): void;
  /** GGUF files given on the command line, to a second start, or by the file manager. Those that came before the first listener are given to it. Returns what ends it. */
  onOpenFiles(listener: (paths: string[]) => void): () => void;
  /** An item of the native menu that the page carries out. Returns what ends it. */
  onMenu(listener: (command: MenuCommand) => void): () => void;
}

export interface BridgeConnection {
  send(frame: string): void;
  close(): void;
}

export interface BridgeListener {
  frame(text: string): void;
  /** Called once. `reason` is a sentence to show when the host ended by itself (the store is locked then), null when either side closed. */
  closed(reason: string | null): void;
}

export type Theme = 'system' | 'light' | 'dark';

export type MenuCommand = 'openPalette' | 'openSettings' | 'newComparison' | 'lockStore' | 'showKeys' | 'showAbout';

declare global {
  interface Window {
    /** Only on the desktop. */
    assay?: AssayBridge;
  }
}
