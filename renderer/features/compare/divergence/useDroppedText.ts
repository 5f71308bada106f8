import { notifications } from '@mantine/notifications';
import { type DragEvent, useMemo } from 'react';
import { draft, prefer, usePreferences } from '../../../ui-state/index.ts';
import { useDroppedModels } from '../useDroppedModels.ts';

/** A dropped text becomes what is measured on; dropped GGUF files join the models. */
export function useDroppedText() {
  const models = useDroppedModels(isModel);
  const { handlers } = models;
  return useMemo(
    () => ({
      isOver: models.isOver,
      handlers: {
        ...handlers,
        onDrop(event: DragEvent) {
          const [file] = [...event.dataTransfer.files].filter((one) => !isModel(one));
          handlers.onDrop(event);
          if (file) void take(file);
        },
      },
    }),
    [models.isOver, handlers],
  );
}

async function take(file: File): Promise<void> {
  const text = await file.text();
  if (text.includes('\0')) {
    notifications.show({
      message: `“${file.name}” is no text. Drop a text file to measure on, or a GGUF file to add a model.`,
    });
    return;
  }
  draft({ fileText: { name: file.name, text } });
  prefer({ divergence: { ...usePreferences.getState().divergence, text: 'file' } });
}

const isModel = ({ name }: File) => /\.gguf$/i.test(name);
