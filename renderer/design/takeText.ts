import { notifications } from '@mantine/notifications';
import { readTextFile } from '../lib/textFile.ts';

/** Reads a chosen text and hands it on; where it is none, says so and hands nothing on. */
export async function takeText(file: File, take: (text: { name: string; text: string }) => void): Promise<void> {
  const read = await readTextFile(file);
  if ('problem' in read) notifications.show({ color: 'red', message: read.problem });
  else take(read);
}
