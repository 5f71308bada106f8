import { notifications } from '@mantine/notifications';
import { type DragEvent, useEffect, useState } from 'react';
import { prefer, useArrivals, usePreferences } from '../../ui-state/index.ts';
import { useAddModel } from './data.ts';

/** GGUF files that are dropped on the screen, or handed over by the system, join the comparison. `isModel`: which dropped files are meant; default all. */
export function useDroppedModels(isModel: (file: File) => boolean = everyFile) {
  const [isOver, setIsOver] = useState(false);
  const { mutateAsync } = useAddModel();
  const arrived = useArrivals((arrivals) => arrivals.paths);

  useEffect(() => {
    if (arrived.length === 0) return;
    useArrivals.setState({ paths: [] });
    void addAll(arrived);

    async function addAll(paths: readonly string[]) {
      for (const path of paths) {
        try {
          const { id } = await mutateAsync(path);
          const { models } = usePreferences.getState();
          if (!models.includes(id) && models.length < 8) prefer({ models: [...models, id] });
        } catch (thrown) {
          notifications.show({
            title: 'The file was not added',
            message: thrown instanceof Error ? thrown.message : String(thrown),
            color: 'red',
            autoClose: 12_000,
          });
        }
      }
    }
  }, [arrived, mutateAsync]);

  function drop(event: DragEvent) {
    event.preventDefault();
    setIsOver(false);
    const files = [...event.dataTransfer.files].filter(isModel);
    if (files.length === 0) return;
    const paths = files.map((file) => window.assay?.files.pathFor(file) ?? '').filter((path) => path !== '');
    if (paths.length > 0) useArrivals.setState({ paths });
    else
      notifications.show({
        message: 'A browser does not tell where a dropped file lies. Type its path into “Add candidate”.',
      });
  }

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
      onDrop: drop,
    },
  };
}

const everyFile = () => true;
