import { Button } from '@mantine/core';
import { useState } from 'react';
import { moment } from '../../../lib/numbers.ts';
import { wordDiff } from '../../../lib/wordDiff.ts';
import { useVersions } from '../data.ts';
import type { SavedPrompt, SavedVersion } from '../shapes.ts';
import classes from './SavedTab.module.css';

interface Props {
  prompt: SavedPrompt;
  /** Puts an earlier version into the editor. */
  onTake(version: SavedVersion): void;
}

/** Every version; each shows what it changed against the one before. */
export function Versions({ prompt, onTake }: Props) {
  const versions = useVersions(prompt.id);
  const [open, setOpen] = useState<number | null>(null);
  return (
    <section className={classes.versions} aria-label="Versions">
      <h2>Versions</h2>
      <ol reversed>
        {versions.map((one, index) => {
          const before = versions[index + 1];
          const isOpen = open === one.version;
          return (
            <li key={one.version}>
              <div className={classes.version}>
                <button type="button" aria-expanded={isOpen} onClick={() => setOpen(isOpen ? null : one.version)}>
                  <span className={classes.versionName}>Version {one.version}</span>
                  <span>{one.comment ?? (before ? 'changed' : 'first version')}</span>
                  <span className={classes.versionWhen}>
                    {moment(one.createdAt)} · <span className="mono">{one.sha256.slice(0, 12)}</span>
                  </span>
                </button>
                {index > 0 && (
                  <Button size="compact-xs" variant="subtle" onClick={() => onTake(one)}>
                    Take version {one.version} up again
                  </Button>
                )}
              </div>
              {isOpen && (
                <div className={classes.difference}>
                  {(one.system ?? before?.system) && (
                    <Difference
                      label="System prompt"
                      before={before ? (before.system ?? '') : null}
                      after={one.system ?? ''}
                    />
                  )}
                  <Difference label="Prompt" before={before?.text ?? null} after={one.text} />
                </div>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Difference({ label, before, after }: { label: string; before: string | null; after: string }) {
  const parts = before === null ? [{ kind: 'same' as const, text: after }] : wordDiff(before, after, false);
  return (
    <>
      <h3>{label}</h3>
      <p className={classes.parts}>
        {parts.map(({ kind, text }, index) =>
          kind === 'same' ? (
            <span key={index}>{text}</span>
          ) : kind === 'added' ? (
            <ins key={index}>{text}</ins>
          ) : (
            <del key={index}>{text}</del>
          ),
        )}
      </p>
    </>
  );
}
