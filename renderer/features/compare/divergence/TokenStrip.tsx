import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, useEffect, useRef } from 'react';
import type { StripToken } from '../../../../preload/contract/divergence.ts';
import { FailedState, Keys } from '../../../design/index.ts';
import { kldStep, kldSteps } from '../../../lib/kldSteps.ts';
import { counted, plural } from '../../../lib/numbers.ts';
import { pageTokens, useTokenPage } from './data.ts';
import classes from './TokenStrip.module.css';

/** Scored tokens that are drawn as one paragraph. A page holds a whole number of them. */
const blockTokens = 128;
const pageOf = (block: number) => Math.floor((block * blockTokens) / pageTokens);

interface Props {
  run: string;
  candidate: number;
  name: string;
  total: number;
  cursor: number | null;
  onCursor(position: number): void;
  worst: readonly StripToken[] | undefined;
  share: number;
  onShare(share: number): void;
  onJump(by: 1 | -1): void;
}

/** The scored text, each token in the colour of its KLD. Only what is on the screen is drawn and fetched. */
export function TokenStrip({ run, candidate, name, total, cursor, onCursor, worst, share, onShare, onJump }: Props) {
  const scroller = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: Math.ceil(total / blockTokens),
    getScrollElement: () => scroller.current,
    estimateSize: () => 108,
    overscan: 4,
    getItemKey: (index) => `${run} ${candidate} ${index}`,
  });

  /** From a move of the cursor until somebody scrolls. */
  const follows = useRef(false);

  useEffect(() => {
    follows.current = true;
    if (cursor !== null) rows.scrollToIndex(Math.floor(cursor / blockTokens), { align: 'auto' });
  }, [cursor, rows]);

  // Paragraphs that come in and are measured move all below them, the current token too; what opens beside the strip makes it lower.
  useEffect(() => {
    const strip = scroller.current;
    if (strip === null) return;
    const observer = new ResizeObserver(() => {
      const token = strip.querySelector<HTMLElement>('[data-current]');
      if (follows.current && token) bringIntoSight(token);
    });
    for (const box of [strip, ...strip.children]) observer.observe(box);
    return () => observer.disconnect();
  }, []);

  function leave() {
    follows.current = false;
  }

  function press(event: KeyboardEvent) {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 16, ArrowUp: -16 }[event.key];
    const to =
      event.key === 'Home' ? 0 : event.key === 'End' ? total - 1 : by === undefined ? null : (cursor ?? -by) + by;
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) {
      leave();
      return;
    }
    event.preventDefault();
    onCursor(Math.max(0, Math.min(total - 1, to)));
  }

  function click({ target }: MouseEvent) {
    const token = target instanceof Element ? target.closest<HTMLElement>('[data-token]') : null;
    if (token) onCursor(Number(token.dataset.token));
  }

  const pages = [...new Set(rows.getVirtualItems().map(({ index }) => pageOf(index)))];
  return (
    <div className={classes.strip}>
      <header className={classes.head}>
        <h3>Tokens</h3>
        <ul className={classes.legend} aria-label="Colours: KLD of a token, in nats">
          {kldSteps.map(({ label }, step) => (
            <li key={label} data-step={step}>
              {label}
            </li>
          ))}
        </ul>
        <span className={classes.flip} title="The likeliest token of the two models is another one">
          other top
        </span>
        <span className={classes.space} />
        <SegmentedControl
          aria-label="How many tokens to jump between"
          value={String(share)}
          onChange={(value) => onShare(Number(value))}
          data={[
            { value: '0.001', label: 'Worst 0.1 %' },
            { value: '0.01', label: 'Worst 1 %' },
          ]}
        />
        <span className={classes.jump}>
          <Tooltip label={<Keys keys="shift+n" />}>
            <ActionIcon size={24} onClick={() => onJump(-1)} aria-label="Previous of the worst tokens">
              <ChevronUp size={14} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={<Keys keys="n" />}>
            <ActionIcon size={24} onClick={() => onJump(1)} aria-label="Next of the worst tokens">
              <ChevronDown size={14} />
            </ActionIcon>
          </Tooltip>
          <span className={classes.count}>{worst ? plural(worst.length, 'token') : ''}</span>
        </span>
      </header>
      {pages.map((page) => (
        <PageProblem key={page} run={run} candidate={candidate} page={page} total={total} />
      ))}
      <section
        ref={scroller}
        className={classes.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard walks through its tokens
        tabIndex={0}
        aria-label={`Tokens of ${name}`}
        onKeyDown={press}
        onClick={click}
        onWheel={leave}
        onPointerDown={leave}
      >
        <div className={classes.inside} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => (
            <div
              key={row.key}
              data-index={row.index}
              ref={rows.measureElement}
              className={classes.block}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <Block run={run} candidate={candidate} index={row.index} cursor={cursor} />
            </div>
          ))}
        </div>
      </section>
    </div>
  );
}

/** Said once for a page, however many of its paragraphs stand below. */
function PageProblem({ run, candidate, page, total }: { run: string; candidate: number; page: number; total: number }) {
  const { problem, retry } = useTokenPage(run, candidate, page);
  if (!problem) return null;
  const [first, last] = [page * pageTokens, Math.min(total, (page + 1) * pageTokens) - 1].map(counted);
  return (
    <div className={classes.problem}>
      <FailedState title={`Tokens ${first} to ${last} could not be read`} retry={retry}>
        {problem.message}
      </FailedState>
    </div>
  );
}

function Block({
  run,
  candidate,
  index,
  cursor,
}: {
  run: string;
  candidate: number;
  index: number;
  cursor: number | null;
}) {
  const first = index * blockTokens;
  const { strip } = useTokenPage(run, candidate, pageOf(index));
  const at = useRef<HTMLSpanElement>(null);
  const isHere = cursor !== null && cursor >= first && cursor < first + blockTokens;
  const isThere = strip !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each move of the cursor, once the tokens are there
  useEffect(() => {
    if (!isHere) return;
    const show = () => bringIntoSight(at.current);
    show();
    // Once more when the paragraphs above were measured, which moves it.
    const frame = requestAnimationFrame(() => requestAnimationFrame(show));
    return () => cancelAnimationFrame(frame);
  }, [isHere, isThere, cursor]);
  if (!strip) return <div className={classes.pending} />;
  const tokens = strip.tokens.slice(first % pageTokens, (first % pageTokens) + blockTokens);
  return (
    <>
      <span className={classes.gutter}>{first}</span>
      <p className={classes.text}>
        {tokens.map((token, offset) => {
          const before = tokens[offset - 1];
          const begins = token.place === 0 || before === undefined ? false : before.chunk !== token.chunk;
          const leaps = before !== undefined && !begins && token.place !== before.place + 1;
          return (
            <span key={token.position}>
              {begins && <span className={classes.chunk}>chunk {token.chunk + 1}</span>}
              {leaps && <span className={classes.leap}>…</span>}
              <span
                ref={cursor === token.position ? at : undefined}
                className={classes.token}
                data-token={token.position}
                data-step={kldStep(token.kld)}
                data-flip={!token.sameTop || undefined}
                data-current={cursor === token.position || undefined}
              >
                {visible(token.text)}
              </span>
            </span>
          );
        })}
      </p>
    </>
  );
}

/** Within its own scroller: the page around it stays where it is. */
function bringIntoSight(token: HTMLElement | null): void {
  const scroller = token?.closest('section');
  if (!token || !scroller) return;
  const [place, sight] = [token.getBoundingClientRect(), scroller.getBoundingClientRect()];
  if (place.top < sight.top) scroller.scrollTop -= sight.top - place.top;
  else if (place.bottom > sight.bottom) scroller.scrollTop += place.bottom - sight.bottom;
}

/** Line ends are shown and go on in the same line, or a text of short lines would leave most of the strip empty. */
function visible(text: string): string {
  return text === '' ? '∅' : text.replaceAll('\n', '↵\u200b').replaceAll('\t', '⇥');
}
