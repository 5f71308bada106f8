import { type DragEvent, useState } from 'react';

/** What a browser says in place of a path. */
export const withoutPath =
  'A browser does not tell where a dropped file lies. Type the path of the file or folder into “Add models”.';

/** Handlers for a page on which files and folders can be dropped anywhere. */
export function useDropped(onPaths: (paths: string[]) => void, onNone: () => void) {
  const [isOver, setIsOver] = useState(false);
  return {
    isOver,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setIsOver(true);
      },
      onDragLeave: (event: DragEvent) => {
        if (event.currentTarget === event.target) setIsOver(false);
      },
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        setIsOver(false);
        const files = [...event.dataTransfer.files];
        const paths = files.map((file) => window.assay?.files.pathFor(file) ?? '').filter((path) => path !== '');
        if (paths.length > 0) onPaths(paths);
        else if (files.length > 0) onNone();
      },
    },
  };
}
