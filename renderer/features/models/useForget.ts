import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import type { Variant } from '../../../preload/contract/models.ts';
import { offerUndo, undoFor } from '../../design/index.ts';
import { legible } from '../../lib/legible.ts';
import { go, removeLater, useRoute } from '../../ui-state/index.ts';
import { say, useCommandsOnModels } from './data.ts';
import { change, useModelsState } from './state.ts';

/** Takes models off the list and says that no file was deleted; can be undone for a while. */
export function useForget(): (variants: readonly Variant[]) => void {
  const { mutateAsync } = useCommandsOnModels().forget;
  return useCallback(
    (variants) => {
      const own = variants.filter((variant) => !variant.sample);
      if (own.length === 0) {
        notifications.show({ message: 'The sample model comes with Assay and stays in the list.' });
        return;
      }
      const ids = own.map(({ id }) => id);
      const bringBack = () => change({ removed: without(useModelsState.getState().removed, ids) });
      change({
        removed: new Set([...useModelsState.getState().removed, ...ids]),
        selected: without(useModelsState.getState().selected, ids),
      });
      const { route } = useRoute.getState();
      if (route.screen === 'models' && route.id !== null && ids.includes(route.id))
        go({ screen: 'models', id: null, other: null });
      const undo = removeLater(`models ${ids.join()}`, undoFor, async () => {
        try {
          for (const id of ids) await mutateAsync(id);
        } catch (thrown) {
          say('Not every model was taken off the list')(thrown);
        }
        bringBack();
      });
      const [first] = own;
      const which = own.length === 1 ? `${legible(first?.fileName ?? '')} is` : `${own.length} models are`;
      offerUndo(`${which} off the list. No file was deleted.`, () => {
        undo();
        bringBack();
      });
    },
    [mutateAsync],
  );
}

function without(set: ReadonlySet<string>, ids: readonly string[]): Set<string> {
  return new Set([...set].filter((id) => !ids.includes(id)));
}
