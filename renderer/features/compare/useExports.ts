import { notifications } from '@mantine/notifications';
import type { z } from 'zod';
import type { exportedText } from '../../../preload/contract/compare.ts';
import { failureOf } from '../../api/index.ts';
import { copyText, saveText } from '../../lib/desktop.ts';
import { useExportComparison } from './data.ts';

export interface Exports {
  isPending: boolean;
  save(format: 'markdown' | 'json'): Promise<void>;
  copy(format: 'markdown' | 'json'): Promise<void>;
}

/** Takes a comparison out of the store, as a file or by the clipboard, and says where it went. */
export function useExports(id: string | null): Exports {
  const { mutateAsync, isPending } = useExportComparison();
  return takeOut('Comparison', id === null ? null : (format) => mutateAsync({ id, format }), isPending);
}

/** `ask`: gets the text out of the store; null while there is nothing to take out. */
export function takeOut(
  what: string,
  ask: ((format: 'markdown' | 'json') => Promise<z.infer<typeof exportedText>>) | null,
  isPending: boolean,
): Exports {
  async function attempt(work: () => Promise<string | null>): Promise<void> {
    try {
      const message = await work();
      if (message) notifications.show({ message });
    } catch (thrown) {
      notifications.show({
        title: 'The export failed',
        message: failureOf(thrown).message,
        color: 'red',
        autoClose: 12_000,
      });
    }
  }

  return {
    isPending,
    save: (format) =>
      attempt(async () => {
        if (ask === null) return null;
        const exported = await ask(format);
        const kept = await saveText(exported.fileName, exported.text, exported.mediaType);
        return kept === null ? null : `Exported to ${kept}. The file is not encrypted.`;
      }),
    copy: (format) =>
      attempt(async () => {
        if (ask === null) return null;
        const exported = await ask(format);
        return (await copyText(exported.text))
          ? `${what} copied.`
          : 'The system did not allow copying. Save it as a file instead.';
      }),
  };
}
