import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { AuditDetail } from '../../../../preload/contract/audit.ts';
import { FailedState, Notice, SkeletonRows } from '../../../design/index.ts';
import { counted } from '../../../lib/numbers.ts';
import { useEntry } from '../data.ts';
import { exactMoment, markOf, outcomeWords } from '../words.ts';
import classes from './EntryPane.module.css';
import { OutcomeMark } from './OutcomeMark.tsx';

interface Props {
  sequence: number | null;
  onShow(sequence: number): void;
}

/** One link of the chain: what was done, with what, and the hashes that hold it in its place. */
export function EntryPane({ sequence, onShow }: Props) {
  const { detail, problem } = useEntry(sequence);
  return (
    <aside className={classes.pane} aria-label="Entry" data-pane="entry" tabIndex={-1}>
      {sequence === null ? (
        <p className="dim">Choose an entry to see its facts and hashes.</p>
      ) : problem ? (
        <FailedState title="The entry could not be read">{problem.message}</FailedState>
      ) : detail === undefined ? (
        <SkeletonRows rows={6} label="Reading the entry" />
      ) : (
        <Detail detail={detail} onShow={onShow} />
      )}
    </aside>
  );
}

function Detail({ detail, onShow }: { detail: AuditDetail; onShow(sequence: number): void }) {
  const { entry, counterpart, fits } = detail;
  const facts = Object.entries(entry.facts);
  return (
    <>
      <header className={classes.head} data-mark={markOf(entry)}>
        <h2 className="mono">{entry.action}</h2>
        <p>
          <OutcomeMark mark={markOf(entry)} /> {outcomeWords(entry)}
        </p>
      </header>
      <dl className={classes.facts}>
        <Fact name="Entry">{counted(entry.sequence)}</Fact>
        <Fact name="When">{exactMoment(entry.at)}</Fact>
        <Fact name="Person">{entry.person}</Fact>
        <Fact name="From">{entry.home}</Fact>
      </dl>
      {counterpart !== null && (
        <Button variant="default" onClick={() => onShow(counterpart.sequence)}>
          {entry.phase === 'intent'
            ? `Ended by entry ${counted(counterpart.sequence)}: ${outcomeWords(counterpart)}`
            : `Asked for in entry ${counted(counterpart.sequence)}`}
        </Button>
      )}
      {entry.phase === 'intent' && counterpart === null && (
        <Notice kind="caution">No outcome: it runs still, or the app ended before it did.</Notice>
      )}
      {(entry.phase !== 'outcome' || facts.length > 0) && (
        <section className={classes.section} aria-label="Facts">
          <h3>Facts</h3>
          {facts.length === 0 ? (
            <p className="dim">None were kept.</p>
          ) : (
            <dl className={classes.facts}>
              {facts.map(([name, value]) => (
                <Fact key={name} name={name}>
                  <span className="mono">{value === null ? 'none' : String(value)}</span>
                </Fact>
              ))}
            </dl>
          )}
        </section>
      )}
      <section className={classes.section} aria-label="Place in the chain">
        <h3>Place in the chain</h3>
        {fits ? (
          <Notice kind="good">SHA-256 of the previous hash and the text below is this entry’s hash.</Notice>
        ) : (
          <Notice kind="bad">
            This entry does not follow from the one before it: it was changed, or another was put in its place.
          </Notice>
        )}
        <dl className={classes.hashes}>
          <dt>Hash</dt>
          <dd className="mono">{entry.hash}</dd>
          <dt>Previous hash</dt>
          <dd className="mono">{detail.previousHash}</dd>
          <dt>Text that is hashed</dt>
          <dd className="mono">{detail.text}</dd>
        </dl>
      </section>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
