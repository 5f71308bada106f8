import { useEffect, useMemo } from 'react';
import { type Command, type CompareTab, formatRoute, go, prefer, useCommands } from '../../ui-state/index.ts';
import { BlindTab } from './blind/BlindTab.tsx';
import classes from './ComparePage.module.css';
import { AnswersTab } from './components/AnswersTab.tsx';
import { DivergenceTab } from './divergence/DivergenceTab.tsx';
import { lastShown, remember } from './lastShown.ts';
import { PlaygroundTab } from './playground/PlaygroundTab.tsx';
import { TradeOffTab } from './tradeOff/TradeOffTab.tsx';

const tabs = [
  { tab: 'answers', label: 'Answers', keywords: 'side by side generate' },
  { tab: 'divergence', label: 'Divergence', keywords: 'perplexity KLD quantization ladder' },
  { tab: 'trade-off', label: 'Trade-off', keywords: 'Pareto size memory speed' },
  { tab: 'blind', label: 'Blind', keywords: 'preference judge without names' },
  { tab: 'playground', label: 'Playground', keywords: 'chat conversation talk' },
] satisfies { tab: CompareTab; label: string; keywords: string }[];

/** What sets variants of a model apart: their answers, their distributions, what they cost, which one people prefer; and one of them to talk with. */
export function ComparePage({ id, tab }: { id: string | null; tab: CompareTab }) {
  useEffect(() => {
    remember(tab, id);
    prefer({ compareTab: tab });
  }, [tab, id]);
  useTabCommands();
  return (
    <main className={classes.screen}>
      <h1 className="visually-hidden">Compare</h1>
      <nav className={classes.tabs} aria-label="Compare">
        {tabs.map(({ tab: target, label }) => (
          <a
            key={target}
            href={formatRoute({ screen: 'compare', id: lastShown(target), tab: target })}
            aria-current={target === tab ? 'page' : undefined}
            onClick={(event) => {
              event.preventDefault();
              if (target !== tab) open(target);
            }}
          >
            {label}
          </a>
        ))}
      </nav>
      <div className={classes.content}>
        {tab === 'answers' && <AnswersTab id={id} />}
        {tab === 'divergence' && <DivergenceTab id={id} />}
        {tab === 'trade-off' && <TradeOffTab id={id} />}
        {tab === 'blind' && <BlindTab id={id} />}
        {tab === 'playground' && <PlaygroundTab id={id} />}
      </div>
    </main>
  );
}

function open(tab: CompareTab): void {
  go({ screen: 'compare', id: lastShown(tab), tab });
}

/** In the palette, and by two keys each. */
function useTabCommands(): void {
  const commands = useMemo(
    () =>
      tabs.map(
        ({ tab, label, keywords }, index): Command => ({
          id: `compare.tab.${tab}`,
          title: `Show ${label}`,
          group: 'Compare',
          keys: `t ${index + 1}`,
          keywords,
          run: () => open(tab),
        }),
      ),
    [],
  );
  useCommands(commands);
}
