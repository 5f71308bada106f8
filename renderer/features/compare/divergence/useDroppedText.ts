import { type DragEvent, useMemo } from 'react';
import { takeText } from '../../../design/index.ts';
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
          if (!file) return;
          void takeText(file, (fileText) => {
            draft({ fileText });
            prefer({ divergence: { ...usePreferences.getState().divergence, text: 'file' } });
          });
        },
      },
    }),
    [models.isOver, handlers],
  );
}

const isModel = ({ name }: File) => /\.gguf$/i.test(name);
