import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { DivergenceRun, InspectedPosition, StripToken } from '../../../../preload/contract/divergence.ts';
import { FailedState, Keys, ProgressLine, VariantMarker } from '../../../design/index.ts';
import { probability, significant } from '../../../lib/numbers.ts';
import { pageTokens, useInspection, useTokenPage } from './data.ts';
import classes from './PositionPanel.module.css';
import { keyOf, nameAt } from './shown.ts';

/** How far both models go on after the reference's token. */
const continued = 32;

interface Props {
  run: DivergenceRun;
  candidate: number;
  position: number;
  slotOf(key: string): number;
  /** Both models are asked; they are loaded for it. */
  isLooking: boolean;
  isContinuing: boolean;
  onLook(): void;
  onContinue(): void;
}

/** One token: what was measured there, and what both models would have said. */
export function PositionPanel({
  run,
  candidate,
  position,
  slotOf,
  isLooking,
  isContinuing,
  onLook,
  onContinue,
}: Props) {
  const page = useTokenPage(run.id, candidate, Math.floor(position / pageTokens));
  const token = page.strip?.tokens[position % pageTokens];
  // Someone who walks through the text asks only where they stay.
  const [settled] = useDebouncedValue(position, 180);
  const looked = useInspection(run.id, candidate, isLooking ? settled : null, isContinuing ? continued : 0);
  const [reference, column] = [run.columns[0], run.columns[candidate + 1]];
  if (!reference || !column) return null;
  const isCurrent = looked.position?.actual.position === position;
  return (
    <section className={classes.panel} aria-label="Token">
      {token && <Measured token={token} />}
      {!isLooking && (
        <Button variant="default" onClick={onLook} rightSection={<Keys keys="l" />}>
          Show both models’ top 10
        </Button>
      )}
      {isLooking && looked.problem && (
        <FailedState title="The position could not be looked at" retry={looked.retry}>
          {looked.problem.message}
        </FailedState>
      )}
      {isLooking && !looked.problem && looked.position === null && (
        <ProgressLine label="Loading both models" share={looked.loading} detail="Loading both models" />
      )}
      {isContinuing && isCurrent && looked.position?.continuation && (
        <Continuation
          names={[nameAt(run.columns, 0), nameAt(run.columns, candidate + 1)]}
          slots={[slotOf(keyOf(reference)), slotOf(keyOf(column))]}
          continuation={looked.position.continuation}
        />
      )}
      {looked.position && (
        <div className={classes.both} data-past={!isCurrent || undefined} aria-busy={!isCurrent}>
          <Top
            name={nameAt(run.columns, 0)}
            slot={slotOf(keyOf(reference))}
            tokens={looked.position.reference}
            actual={looked.position.actual.id}
            against={looked.position.candidate}
          />
          <Top
            name={nameAt(run.columns, candidate + 1)}
            slot={slotOf(keyOf(column))}
            tokens={looked.position.candidate}
            actual={looked.position.actual.id}
            against={looked.position.reference}
          />
          <p className={classes.legend}>
            ◦ not among the other’s ten. Bold: the token of the text.
            {run.textKind === 'dataset' &&
              ' Computed anew with this item alone: as models round by how much comes together, shares may differ from those of the run above.'}
          </p>
        </div>
      )}
      {looked.position && !isContinuing && (
        <Button variant="default" onClick={onContinue} rightSection={<Keys keys="c" />}>
          Continue from the reference’s token
        </Button>
      )}
    </section>
  );
}

function Measured({ token }: { token: StripToken }) {
  return (
    <div aria-live="polite">
      <h3 className={classes.title}>
        <span className={classes.text}>{visible(token.text)}</span>
        <span className={classes.where}>
          chunk {token.chunk + 1}, token {token.place}
        </span>
      </h3>
      <dl className={classes.facts}>
        <div>
          <dt>KLD</dt>
          <dd title={`${token.kld} nats`}>{significant(token.kld)}</dd>
        </div>
        <div>
          <dt>p reference</dt>
          <dd>{probability(-token.nllReference)}</dd>
        </div>
        <div>
          <dt>p candidate</dt>
          <dd>{probability(-token.nll)}</dd>
        </div>
        <div>
          <dt>Top token</dt>
          <dd>{token.sameTop ? 'the same' : 'another'}</dd>
        </div>
      </dl>
    </div>
  );
}

interface TopProps {
  name: string;
  slot: number;
  tokens: InspectedPosition['reference'];
  /** Id of the token that stands in the text. */
  actual: number;
  against: InspectedPosition['reference'];
}

function Top({ name, slot, tokens, actual, against }: TopProps) {
  return (
    <div className={classes.top}>
      <h4>
        <VariantMarker slot={slot} />
        {name}
      </h4>
      <ol aria-label={`Likeliest tokens of ${name}`}>
        {tokens.map(({ id, text, logprob }) => (
          <li
            key={id}
            data-actual={id === actual || undefined}
            data-only={!against.some((other) => other.id === id) || undefined}
            title={id === actual ? 'The token of the text' : undefined}
          >
            <span className={classes.share} style={{ width: `${Math.exp(logprob) * 100}%` }} />
            <span className={classes.token}>
              {visible(text)}
              {id === actual && <span className="visually-hidden">, the token of the text</span>}
            </span>
            <span className={classes.number}>{probability(logprob)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Continuation({
  names,
  slots,
  continuation,
}: {
  names: [string, string];
  slots: [number, number];
  continuation: NonNullable<InspectedPosition['continuation']>;
}) {
  const shared = sharedStart(continuation.reference, continuation.candidate);
  return (
    <div className={classes.continuation}>
      {(['reference', 'candidate'] as const).map((side, index) => (
        <div key={side}>
          <h4>
            <VariantMarker slot={slots[index] ?? 0} />
            {names[index]} goes on
          </h4>
          <p>
            {continuation[side].slice(0, shared)}
            <mark>{continuation[side].slice(shared)}</mark>
          </p>
        </div>
      ))}
      {continuation.reference === continuation.candidate && <p className="dim">Both go on with the same words.</p>}
    </div>
  );
}

function sharedStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

/** Spaces and line ends made visible. */
function visible(token: string): string {
  if (token === '') return '∅';
  return token.replaceAll(' ', '·').replaceAll('\n', '↵').replaceAll('\t', '⇥');
}
