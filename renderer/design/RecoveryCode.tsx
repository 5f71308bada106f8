import { Button, TextInput } from '@mantine/core';
import { Check, Copy, Download } from 'lucide-react';
import { useState } from 'react';
import { copyText, saveText } from '../lib/desktop.ts';
import classes from './Secrets.module.css';

interface Props {
  code: string;
  /** What the button at the end says. */
  done: string;
  onDone(): void;
}

/** A new recovery code: shown, then confirmed by typing two of its groups. */
export function RecoveryCode({ code, done, onDone }: Props) {
  const groups = code.split(/[\s-]+/);
  const [asked] = useState(() => pickTwo(groups.length));
  const [typed, setTyped] = useState(['', '']);
  const [step, setStep] = useState<'show' | 'confirm'>('show');
  const [said, setSaid] = useState('');
  const right = asked.map((group, place) => same(typed[place], groups[group]));

  if (step === 'show') {
    return (
      <div className={classes.fields}>
        <p>
          Write this down and keep it away from this machine. It opens the store when the passphrase is forgotten. It is
          shown this once: Assay keeps no copy.
        </p>
        <ol className={classes.code} aria-label="Recovery code" data-testid="recovery-code">
          {groups.map((group, place) => (
            <li key={place}>
              <span className={classes.place}>{place + 1}</span>
              {group}
            </li>
          ))}
        </ol>
        <div className={classes.row}>
          <Button
            variant="default"
            leftSection={<Copy size={14} />}
            onClick={async () =>
              setSaid(
                (await copyText(code))
                  ? 'Copied. Clear the clipboard when it is stored.'
                  : 'The system did not allow it: select the code and copy it.',
              )
            }
          >
            Copy code
          </Button>
          <Button
            variant="default"
            leftSection={<Download size={14} />}
            onClick={async () => {
              const kept = await saveText('assay-recovery-code.txt', `Assay recovery code\n${code}\n`);
              if (kept) setSaid(`Saved as ${kept}. Move it away from this machine.`);
            }}
          >
            Save as a file
          </Button>
        </div>
        <p className={classes.said} role="status">
          {said}
        </p>
        <Button onClick={() => setStep('confirm')} fullWidth>
          I have written it down
        </Button>
      </div>
    );
  }
  return (
    <form
      className={classes.fields}
      onSubmit={(event) => {
        event.preventDefault();
        if (right.every(Boolean)) onDone();
      }}
    >
      <p>Type two of its eight groups, so that it is certain the note can be read.</p>
      <div className={classes.pair}>
        {asked.map((group, place) => (
          <TextInput
            key={group}
            label={`Group ${group + 1}`}
            value={typed[place]}
            onChange={(event) => {
              const text = event.currentTarget.value;
              setTyped((before) => before.map((old, at) => (at === place ? text : old)));
            }}
            autoFocus={place === 0}
            autoComplete="off"
            maxLength={12}
            classNames={{ input: 'mono' }}
            rightSection={right[place] ? <Check size={14} className={classes.right} aria-label="matches" /> : null}
            error={
              (typed[place]?.trim().length ?? 0) >= (groups[group]?.length ?? 4) && !right[place]
                ? 'This is not the group.'
                : undefined
            }
          />
        ))}
      </div>
      <Button type="submit" disabled={!right.every(Boolean)} fullWidth>
        {done}
      </Button>
      <Button variant="subtle" color="gray" onClick={() => setStep('show')} fullWidth>
        Show the code again
      </Button>
    </form>
  );
}

function pickTwo(count: number): [number, number] {
  const half = Math.max(1, Math.floor(count / 2));
  const [first = 0, second = 0] = crypto.getRandomValues(new Uint32Array(2));
  return [first % half, half + (second % Math.max(1, count - half))];
}

function same(typed: string | undefined, group: string | undefined): boolean {
  return group !== undefined && typed?.trim().toLowerCase() === group.toLowerCase();
}
