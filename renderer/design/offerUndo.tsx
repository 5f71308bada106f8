import { notifications } from '@mantine/notifications';
import classes from './offerUndo.module.css';

/** Milliseconds for which a removal can be undone. It is carried out only then. */
export const undoFor = 6000;

/** Says what was removed, for so many milliseconds and with a button that brings it back. Returns the id of the notification. */
export function offerUndo(said: string, undo: () => void, autoClose = undoFor): string {
  const note = notifications.show({
    autoClose,
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
