import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { go, useArrivals } from '../ui-state/index.ts';

/** Files that are dropped where no screen takes them go to the library of models. Never to the browser, which would open them. */
export function useDroppedFiles(): void {
  useEffect(() => {
    const holdsFiles = (event: DragEvent) => !event.defaultPrevented && event.dataTransfer?.types.includes('Files');
    function over(event: DragEvent) {
      if (holdsFiles(event)) event.preventDefault();
    }
    function drop(event: DragEvent) {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      const paths = files.map((file) => window.assay?.files.pathFor(file) ?? '').filter((path) => path !== '');
      if (paths.length > 0) useArrivals.setState({ paths });
      else
        notifications.show({
          message: 'A browser does not tell where a dropped file lies. Type its path into “Add models”.',
        });
      go({ screen: 'models', id: null, other: null });
    }
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
    };
  }, []);
}
