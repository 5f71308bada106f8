import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { DivergenceRun } from '../../../../preload/contract/divergence.ts';
import { Depth } from './Depth.tsx';
import { Distribution } from './Distribution.tsx';
import classes from './DivergenceTab.module.css';
import { useWorst } from './data.ts';
import { PositionPanel } from './PositionPanel.tsx';
import { nameAt } from './shown.ts';
import { TokenStrip } from './TokenStrip.tsx';
import { useTokenCommands } from './useDivergenceCommands.ts';

interface Props {
  run: DivergenceRun;
  candidate: number;
  slotOf(key: string): number;
}

/** Where a candidate parts from the reference: its distribution, its text, one token of it. */
export function RunDetails({ run, candidate, slotOf }: Props) {
  const [cursor, setCursor] = useState<number | null>(null);
  const [share, setShare] = useState(0.001);
  const [isLooking, setIsLooking] = useState(false);
  const [continuedAt, setContinuedAt] = useState<number | null>(null);
  const worst = useWorst(run.id, candidate, share);
  const column = run.columns[candidate + 1];

  // A key that is pressed before the worst tokens are there is not lost.
  const [wanted, setWanted] = useState<1 | -1 | null>(null);
  const details = useRef<HTMLDivElement>(null);
  // A low window shows the ladder first; whoever asks for a token wants to see it.
  const show = useCallback(() => details.current?.scrollIntoView({ block: 'nearest' }), []);
  const jump = useCallback(
    (by: 1 | -1) => {
      show();
      setWanted(by);
    },
    [show],
  );
  useEffect(() => {
    if (wanted === null || worst === undefined) return;
    setWanted(null);
    const places = worst.map(({ position }) => position).sort((a, b) => a - b);
    setCursor((at) => {
      if (at === null) return worst[0]?.position ?? null;
      const next = wanted === 1 ? places.find((place) => place > at) : places.findLast((place) => place < at);
      return next ?? (wanted === 1 ? places[0] : places.at(-1)) ?? at;
    });
  }, [wanted, worst]);
  const look = useCallback(() => {
    show();
    setIsLooking(true);
  }, [show]);
  // The same functions all the time: a key that is pressed in the moment in which the cursor moves finds them.
  const at = useRef(cursor);
  useLayoutEffect(() => {
    at.current = cursor;
  }, [cursor]);
  const goOn = useCallback(() => {
    show();
    setIsLooking(true);
    setContinuedAt(at.current);
  }, [show]);
  useTokenCommands({ jump, look, goOn });

  if (!column) return null;
  return (
    <div ref={details} className={classes.details}>
      <div className={classes.left}>
        <TokenStrip
          run={run.id}
          candidate={candidate}
          name={nameAt(run.columns, candidate + 1)}
          total={run.tokensScored}
          cursor={cursor}
          onCursor={setCursor}
          worst={worst}
          share={share}
          onShare={setShare}
          onJump={jump}
        />
      </div>
      <div className={classes.side}>
        {cursor === null ? (
          <p className={classes.hint}>
            Choose a token, or press N for the one where the two differ most, to see what both models held for likely.
          </p>
        ) : (
          <PositionPanel
            run={run}
            candidate={candidate}
            position={cursor}
            slotOf={slotOf}
            isLooking={isLooking}
            isContinuing={continuedAt === cursor}
            onLook={look}
            onContinue={goOn}
          />
        )}
        {cursor === null ? (
          <>
            <Distribution run={run} candidate={candidate} />
            <Depth run={run} candidate={candidate} />
          </>
        ) : (
          <details className={classes.folded}>
            <summary>Distribution of KLD, and by depth</summary>
            <Distribution run={run} candidate={candidate} />
            <Depth run={run} candidate={candidate} />
          </details>
        )}
      </div>
    </div>
  );
}
