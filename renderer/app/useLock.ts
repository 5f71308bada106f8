import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { failureOf, useApi } from '../api/index.ts';

export function useLock(): { run(): void; isPending: boolean } {
  const { client } = useApi();
  const { mutate, isPending } = useMutation({
    mutationFn: () => client.vault.lock.mutate(),
    onError: (error) =>
      notifications.show({ title: 'The store was not locked', message: failureOf(error).message, color: 'red' }),
  });
  return { run: mutate, isPending };
}
