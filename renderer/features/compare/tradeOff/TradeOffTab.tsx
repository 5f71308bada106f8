import { Button, SegmentedControl } from '@mantine/core';
import { ChartScatter } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import type { DivergenceRun } from '../../../../preload/contract/divergence.ts';
import { EmptyState, FailedState, Scatter, SkeletonRows, VariantMarker } from '../../../design/index.ts';
import { plural } from '../../../lib/numbers.ts';
import { type Command, go, useCommands, usePreferences, useVariantSlots } from '../../../ui-state/index.ts';
import { ModelChips } from '../components/ModelChips.tsx';
import { ShowPanel } from '../components/SidePanel.tsx';
import { useModels } from '../data.ts';
import { useLabAvailability, useRun, useRuns } from '../divergence/data.ts';
import { NotAvailable } from '../divergence/NotAvailable.tsx';
import { RunBar } from '../divergence/RunBar.tsx';
import { RunsPanel } from '../divergence/RunsPanel.tsx';
import { keyOf } from '../divergence/shown.ts';
import { useRunExports } from '../divergence/useRunExports.ts';
import { useSidePanel } from '../useSidePanel.ts';
import { pointsOf, type Shown, type XAxis, x, xAxes, type YAxis, y, yAxes } from './axes.ts';
import classes from './TradeOffTab.module.css';

/** What a variant saves against what it loses. */
export function TradeOffTab({ id }: { id: string | null }) {
  const { models } = useModels();
  const availability = useLabAvailability();
  const { runs, problem: listProblem, retry: retryList } = useRuns();
  const openId = id ?? runs?.find(({ chunksDone }) => chunksDone > 0)?.id ?? runs?.[0]?.id ?? null;
  const { run, problem, retry } = useRun(openId);
  const panel = useSidePanel();
  const show = useCallback((next: string | null) => go({ screen: 'compare', id: next, tab: 'trade-off' }), []);
  const failure = problem ?? (openId === null ? listProblem : null);
  return (
    <div className={classes.page}>
      {panel.isOpen && <RunsPanel open={openId} onOpen={show} onHide={panel.toggle} />}
      <div className={classes.main}>
        <section className={classes.setup} aria-label="What to compare">
          <ShowPanel panel={panel} plural="runs" />
          <ModelChips models={models} />
        </section>
        {failure && run === undefined ? (
          <div className={classes.padded}>
            <FailedState title="The run could not be opened" retry={openId === null ? retryList : retry}>
              {failure.message}
            </FailedState>
          </div>
        ) : openId === null && runs !== undefined ? (
          <>
            {availability?.available === false && (
              <div className={classes.padded}>
                <NotAvailable availability={availability} what="Measuring divergence" />
              </div>
            )}
            <EmptyState
              icon={ChartScatter}
              title="Nothing to weigh yet"
              action={
                <Button onClick={() => go({ screen: 'compare', id: null, tab: 'divergence' })}>
                  Measure divergence
                </Button>
              }
            >
              A divergence run gives each variant its loss; here it stands against size, memory or speed.
            </EmptyState>
          </>
        ) : run === undefined ? (
          <div className={classes.padded}>
            <SkeletonRows rows={8} label="Opening the run" />
          </div>
        ) : (
          <TradeOff run={run} toggleRuns={panel.toggle} />
        )}
      </div>
    </div>
  );
}

const setXAxis = (x: XAxis) => usePreferences.setState(({ tradeOff }) => ({ tradeOff: { ...tradeOff, x } }));
const setYAxis = (y: YAxis) => usePreferences.setState(({ tradeOff }) => ({ tradeOff: { ...tradeOff, y } }));

/** The next in the switch, after the last the first. */
const after = <T,>(all: readonly T[], one: T): T => all[(all.indexOf(one) + 1) % all.length] ?? one;

function TradeOff({ run, toggleRuns }: { run: DivergenceRun; toggleRuns(): void }) {
  const { x: xAxis, y: yAxis } = usePreferences(({ tradeOff }) => tradeOff);
  const [current, setCurrent] = useState<string | null>(null);
  const slotOf = useVariantSlots(run.columns.map(keyOf));
  const { points, front, leftOut } = pointsOf(run, xAxis, yAxis, slotOf);
  const exports = useRunExports(run.id);
  const shown = points.find(({ key }) => key === current) ?? null;
  const { save } = exports;
  useTradeOffCommands({ toggleRuns, save });
  return (
    <>
      <RunBar run={run} />
      <div className={classes.bar}>
        <span className={classes.word}>Against</span>
        <SegmentedControl
          aria-label="Along the chart"
          value={xAxis}
          onChange={(value) => setXAxis(xAxes.find((one) => one === value) ?? 'size')}
          data={xAxes.map((one) => ({ value: one, label: x[one].name }))}
        />
        <span className={classes.word}>loss as</span>
        <SegmentedControl
          aria-label="Up the chart"
          value={yAxis}
          onChange={(value) => setYAxis(yAxes.find((one) => one === value) ?? 'kld')}
          data={yAxes.map((one) => ({ value: one, label: y[one].name }))}
        />
        <span className={classes.sentence}>
          {run.smallest?.sentence ??
            'Which variant is the smallest without a loss is told when every variant has its numbers.'}
        </span>
      </div>
      {points.length === 0 ? (
        <EmptyState icon={ChartScatter} title="No numbers yet">
          The run has no variant with both values so far. It fills the chart as it goes on.
        </EmptyState>
      ) : (
        <div className={classes.body}>
          <div className={classes.chart}>
            <Scatter
              label={`${y[yAxis].label} against ${x[xAxis].label}, with 95 % intervals`}
              points={points}
              x={x[xAxis]}
              y={y[yAxis]}
              front={front}
              current={current}
              onCurrent={setCurrent}
            />
          </div>
          <aside className={classes.side} aria-label="Exact values">
            <Values
              run={run}
              points={points}
              front={front}
              shown={shown}
              onChoose={setCurrent}
              xAxis={xAxis}
              yAxis={yAxis}
            />
            {leftOut.map((sentence) => (
              <p key={sentence} className={classes.caption}>
                {sentence}
              </p>
            ))}
            {yAxis === 'kld' && (
              <p className={classes.caption}>The reference has KLD 0 and no place on a logarithmic axis.</p>
            )}
            <p className={classes.caption}>
              Dashed: through the reference and all variants that none beats in both. Beaten is only what another one’s
              interval leaves wholly behind; without an interval, nothing is. Whiskers: 95{'\u00a0'}% intervals over{' '}
              {plural(run.chunksDone, 'chunk')}
              {xAxis === 'speed' ? ', of speed over the times of their reading' : ''}.
            </p>
          </aside>
        </div>
      )}
    </>
  );
}

interface ValuesProps {
  run: DivergenceRun;
  points: readonly Shown[];
  front: readonly string[];
  shown: Shown | null;
  onChoose(key: string): void;
  xAxis: XAxis;
  yAxis: YAxis;
}

/** The chart as a table, the chosen variant whole below. */
function Values({ run, points, front, shown, onChoose, xAxis, yAxis }: ValuesProps) {
  const numbers = shown === null || shown.column === 0 ? null : (run.candidates[shown.column - 1] ?? null);
  return (
    <>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Variant</th>
            <th scope="col">{x[xAxis].name}</th>
            <th scope="col">{y[yAxis].name}</th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.key} data-current={point.key === shown?.key || undefined}>
              <th scope="row">
                <button type="button" onClick={() => onChoose(point.key)} aria-pressed={point.key === shown?.key}>
                  <VariantMarker slot={point.slot} />
                  <span>
                    {point.name} {front.includes(point.key) && <span className={classes.front}>on the front</span>}
                  </span>
                </button>
              </th>
              <td>{point.xText}</td>
              <td>{point.yText}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className={classes.exact} aria-live="polite">
        {shown === null ? (
          <p className="dim">Point at a variant, or move through them by the arrow keys, for its exact values.</p>
        ) : (
          <>
            <h3>
              <VariantMarker slot={shown.slot} />
              {shown.name}
            </h3>
            <p>
              {x[xAxis].name} {shown.xText}
              {shown.xIntervalText}, {y[yAxis].name} {shown.yText} ({shown.intervalText}), n ={' '}
              {plural(run.tokensScored, 'token')} in {plural(run.chunksDone, 'chunk')}.
            </p>
            <p>{numbers?.verdict.sentence ?? 'All others are held against it.'}</p>
          </>
        )}
      </div>
    </>
  );
}

interface Actions {
  toggleRuns(): void;
  save(format: 'markdown'): void;
}

function useTradeOffCommands({ toggleRuns, save }: Actions): void {
  const commands = useMemo(
    (): Command[] => [
      {
        id: 'tradeOff.x',
        title: 'Weigh against size, memory or speed',
        group: 'Trade-off',
        keys: 'x',
        run: () => setXAxis(after(xAxes, usePreferences.getState().tradeOff.x)),
      },
      {
        id: 'tradeOff.y',
        title: 'Show loss as KLD, PPL ratio or same top',
        group: 'Trade-off',
        keys: 'y',
        run: () => setYAxis(after(yAxes, usePreferences.getState().tradeOff.y)),
      },
      { id: 'tradeOff.runs', title: 'Show or hide runs', group: 'Trade-off', keys: 'h', run: toggleRuns },
      {
        id: 'tradeOff.markdown',
        title: 'Export run as Markdown',
        group: 'Trade-off',
        keys: 'e',
        run: () => save('markdown'),
      },
    ],
    [toggleRuns, save],
  );
  useCommands(commands);
}
