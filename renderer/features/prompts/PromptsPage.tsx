import type { PromptsTab } from '../../ui-state/index.ts';
import { formatRoute, go } from '../../ui-state/index.ts';
import { DatasetsTab } from './components/DatasetsTab.tsx';
import { HistoryTab } from './components/HistoryTab.tsx';
import { SavedTab } from './components/SavedTab.tsx';
import classes from './PromptsPage.module.css';

const tabs = [
  { tab: 'history', label: 'History' },
  { tab: 'saved', label: 'Saved' },
  { tab: 'datasets', label: 'Data sets' },
] satisfies { tab: PromptsTab; label: string }[];

/** What was asked and what can be asked. */
export function PromptsPage({ tab }: { tab: PromptsTab }) {
  return (
    <main className={classes.page}>
      <h1 className="visually-hidden">Prompts</h1>
      <nav className={classes.tabs} aria-label="Prompts">
        {tabs.map(({ tab: target, label }) => (
          <a
            key={target}
            href={formatRoute({ screen: 'prompts', tab: target })}
            aria-current={target === tab ? 'page' : undefined}
            onClick={(event) => {
              event.preventDefault();
              go({ screen: 'prompts', tab: target });
            }}
          >
            {label}
          </a>
        ))}
      </nav>
      {tab === 'history' && <HistoryTab />}
      {tab === 'saved' && <SavedTab />}
      {tab === 'datasets' && <DatasetsTab />}
    </main>
  );
}
