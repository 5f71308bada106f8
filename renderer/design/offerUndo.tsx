import { notifications } from '@mantine/notifications';
import classes from './offerUndo.module.css';

/**
 * Says what was removed, with a button that brings it back, for as long as that can be: up to the moment `until` (ISO 8601) by which the
 * host deletes it. Returns the id of the notification.
 */
export function offerUndo(said: string, undo: () => void, until: string): string {
  const note = notifications.show({
    // The way to the host takes time, and a clock of another machine may be wrong.
    autoClose: Math.max(3000, Date.parse(until) - Date.now() - 500),
    message: (
      <span className={classes.note}>
        <span>{said}</span>
        <button
          type="button"
          onClick={() => {
            undo();
            notifications.hide(note);
          }}
        >
          Undo
        </button>
      </span>
    ),
  });
  return note;
}
