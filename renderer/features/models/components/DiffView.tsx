import { Button } from '@mantine/core';
import { diffLines, diffWordsWithSpace } from 'diff';
import { ArrowLeft, Columns3 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ModelDiff } from '../../../../preload/contract/models.ts';
import { FailedState, Notice, SkeletonRows } from '../../../design/index.ts';
import { plural } from '../../../lib/numbers.ts';
import { go } from '../../../ui-state/index.ts';
import { useDiff } from '../data.ts';
import { whole } from '../view.ts';
import classes from './DiffView.module.css';
import { ScrollingText } from './ScrollingText.tsx';

/** What two files say differently of themselves; what makes a comparison void stands first. */
export function DiffView({ one, other, onCompare }: { one: string; other: string; onCompare(): void }) {
  const { diff, problem, retry } = useDiff(one, other);
  return (
    <section className={classes.diff} aria-label="Differences of two models">
      <header>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          leftSection={<ArrowLeft size={13} />}
          onClick={() => go({ screen: 'models', id: null, other: null })}
        >
          All models
        </Button>
        <Button variant="default" size="compact-xs" leftSection={<Columns3 size={13} />} onClick={onCompare}>
          Compare these
        </Button>
      </header>
      {problem && (
        <FailedState title="The files could not be held against each other" retry={retry}>
          {problem.message}
        </FailedState>
      )}
      {!problem && diff === undefined && <SkeletonRows rows={10} label="Reading both files" />}
      {diff && <Diff diff={diff} />}
    </section>
  );
}

function Diff({ diff }: { diff: ModelDiff }) {
  const { one, other, warnings, metadata, templates, specialTokens, vocabulary, tensors } = diff;
  return (
    <>
      <div className={classes.sides}>
        {[one, other].map((side, index) => (
          <div key={side.reference}>
            <span className={classes.which}>{index === 0 ? 'First' : 'Second'}</span>
            <h2>
              {side.name} <span className="mono">{side.quantization}</span>
            </h2>
            <p className={classes.path}>{side.path}</p>
          </div>
        ))}
      </div>
      {warnings.length === 0 ? (
        <Notice kind="good">
          Chat template, special tokens and vocabulary are the same: what a comparison of the two finds is due to the
          weights.
        </Notice>
      ) : (
        warnings.map(({ kind, message }) => (
          <Notice key={kind} kind="bad">
            {message}
          </Notice>
        ))
      )}
      <Section title={`Chat template${templates.same ? ': the same' : ''}`}>
        {!templates.same && <TemplateDiff one={templates.one ?? ''} other={templates.other ?? ''} />}
      </Section>
      <Section title={`Special tokens${specialTokens.length === 0 ? ': the same' : ''}`}>
        {specialTokens.length > 0 && (
          <Pairs head="Role" rows={specialTokens.map(({ role, ...pair }) => ({ name: role, ...pair }))} />
        )}
      </Section>
      <Section
        title={
          vocabulary.same
            ? `Vocabulary: the same ${whole(vocabulary.sizes[0])} tokens`
            : `Vocabulary: ${whole(vocabulary.sizes[0])} and ${whole(vocabulary.sizes[1])} tokens${vocabulary.different === null ? '' : `, ${plural(vocabulary.different, 'id')} with another token`}`
        }
      >
        {vocabulary.examples.length > 0 && (
          <Pairs
            head="Token id"
            rows={vocabulary.examples.map((example) => ({
              name: String(example.id),
              one: quoted(example.one),
              other: quoted(example.other),
            }))}
          />
        )}
      </Section>
      <Section title="Tensors">
        <table className={classes.table}>
          <thead>
            <tr>
              <th>First</th>
              <th>Second</th>
              <th className={classes.number}>Tensors</th>
            </tr>
          </thead>
          <tbody>
            {tensors.types.map((row) => (
              <tr key={`${row.one} ${row.other}`} data-same={row.one === row.other || undefined}>
                <td className="mono">{row.one}</td>
                <td className="mono">{row.other}</td>
                <td className={classes.number}>{row.tensors}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {tensors.unlike.length > 0 && (
          <Notice kind="caution">
            Only in one of them, or with another shape: {tensors.unlike.join(', ')}
            {tensors.unlike.length === 20 ? ' and more' : ''}. They are not quantizations of the same weights.
          </Notice>
        )}
      </Section>
      <Section
        title={`Metadata${metadata.length === 0 ? ': the same' : `: ${plural(metadata.length, 'entry', 'entries')} differ`}`}
      >
        {metadata.length > 0 && (
          <Pairs head="Key" rows={metadata.map(({ key, ...pair }) => ({ name: key, ...pair }))} />
        )}
      </Section>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Pairs({ head, rows }: { head: string; rows: { name: string; one: string | null; other: string | null }[] }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th>{head}</th>
          <th>First</th>
          <th>Second</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, one, other }) => (
          <tr key={name}>
            <td className="mono">{name}</td>
            <td className="mono">{one ?? <span className="dim">absent</span>}</td>
            <td className="mono">{other ?? <span className="dim">absent</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TemplateDiff({ one, other }: { one: string; other: string }) {
  // By words where that is quick; templates of some models stand on a single line.
  const parts = one.length + other.length > 40_000 ? diffLines(one, other) : diffWordsWithSpace(one, other);
  return (
    <ScrollingText className={classes.template} label="Differences of the chat templates">
      {parts.map((part, index) => (
        <span key={index} data-kind={part.added ? 'added' : part.removed ? 'removed' : undefined}>
          <span className="visually-hidden">{part.added ? 'second: ' : part.removed ? 'first: ' : ''}</span>
          {part.value}
        </span>
      ))}
    </ScrollingText>
  );
}

const quoted = (token: string | null) => (token === null ? null : JSON.stringify(token));
