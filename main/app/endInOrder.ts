import { app } from 'electron';

/** The app ends once `stop` has: the host has closed the store. */
export function endInOrder(stop: () => Promise<void>): void {
  let stopped = false;
  app.on('will-quit', async (event) => {
    if (stopped) return;
    event.preventDefault();
    await stop();
    stopped = true;
    // Where there is nothing to stop, this is still within the event, and Electron would forget what it is asked to do in there.
    setImmediate(() => app.quit());
  });
}
