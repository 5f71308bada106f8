import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { failureOf } from '../../../api/index.ts';
import { saveText } from '../../../lib/desktop.ts';
import { useRunCommands } from './data.ts';

export const formats = [
  { format: 'markdown', label: 'Save as Markdown', mediaType: 'text/markdown' },
  { format: 'json', label: 'Save as JSON', mediaType: 'application/json' },
  { format: 'html', label: 'Save as HTML report', mediaType: 'text/html' },
  { format: 'csv', label: 'Save tokens as CSV', mediaType: 'text/csv' },
] as const;
export type ExportFormat = (typeof formats)[number]['format'];

/** Takes a run out of the store as a file, and says where it went. */
export function useRunExports(id: string | null): { isPending: boolean; save(format: ExportFormat): void } {
  const { exported } = useRunCommands();
  const { mutateAsync, isPending } = exported;
  const save = useCallback(
    (format: ExportFormat) => {
      if (id === null) return;
      const mediaType = formats.find((one) => one.format === format)?.mediaType;
      mutateAsync({ id, format })
        .then(async ({ fileName, text }) => {
          const kept = await saveText(fileName, text, mediaType);
          if (kept !== null) notifications.show({ message: `Exported to ${kept}. The file is not encrypted.` });
        })
        .catch((thrown: unknown) =>
          notifications.show({ title: 'The export failed', message: failureOf(thrown).message, color: 'red' }),
        );
    },
    [id, mutateAsync],
  );
  return { isPending, save };
}
