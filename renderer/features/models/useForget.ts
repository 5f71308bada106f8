import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import type { Variant } from '../../../preload/contract/models.ts';
import { useApi } from '../../api/index.ts';
import { offerUndo } from '../../design/index.ts';
import { legible } from '../../lib/legible.ts';
import { go, useRoute } from '../../ui-state/index.ts';
import { say } from './data.ts';
import { change, useModelsState } from './state.ts';

/** Takes models off the list and says that no file was deleted; can be undone for a while. */
export function useForget(): (variants: readonly Variant[]) => void {
  const { client } = useApi();
  return useCallback(
    async (variants) => {
      const own = variants.filter((variant) => !variant.sample);
      if (own.length === 0) {
        notifications.show({ message: 'The sample model comes with Assay and stays in the list.' });
        return;
      }
      const ids = own.map(({ id }) => id);
      change({ selected: new Set([...useModelsState.getState().selected].filter((id) => !ids.includes(id))) });
      const { route } = useRoute.getState();
      if (route.screen === 'models' && route.id !== null && ids.includes(route.id))
        go({ screen: 'models', id: null, other: null });
      const [first] = own;
      const which = own.length === 1 ? `${legible(first?.fileName ?? '')} is` : `${own.length} models are`;
      try {
        const { token, until } = await client.models.forget.mutate({ ids });
        const undo = () => client.removals.bringBack.mutate({ token }).catch(say('It could not be brought back'));
        offerUndo(`${which} off the list. No file was deleted.`, () => void undo(), until);
      } catch (thrown) {
        say('The list stays as it is')(thrown);
      }
    },
    [client],
  );
}
