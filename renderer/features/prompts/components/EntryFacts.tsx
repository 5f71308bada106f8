import { legible } from '../../../lib/legible.ts';
import { duration, text as inWords, significant } from '../../../lib/numbers.ts';
import type { HistoryDetail } from '../shapes.ts';
import classes from './EntryPane.module.css';

/** What was set, and what was measured; nothing stands for what is not known. */
export function EntryFacts({ entry }: { entry: HistoryDetail }) {
  const facts: [string, string][] = [
    ['Tokens', entry.tokenCount === null ? '' : String(entry.tokenCount)],
    ['Prompt tokens', entry.promptTokens === null ? '' : String(entry.promptTokens)],
    ['Time to first token', entry.ttftMs === null ? '' : inWords(duration(entry.ttftMs))],
    ['Speed', entry.tokensPerSecond === null ? '' : `${significant(entry.tokensPerSecond)} tokens/s`],
    ['In all', entry.totalMs === null ? '' : inWords(duration(entry.totalMs))],
    ['Ended by', entry.stopReason ?? ''],
    ...settingsOf(entry.settings),
    ['Model file', entry.model.sha256 === null ? 'SHA-256 not known' : `SHA-256 ${entry.model.sha256}`],
  ];
  return (
    <section aria-label="Settings and numbers">
      <h2>Settings and numbers</h2>
      <dl className={classes.facts}>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{legible(value)}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

const names: Record<string, string> = {
  temperature: 'Temperature',
  topK: 'Top-k',
  topP: 'Top-p',
  minP: 'Min-p',
  repeatPenalty: 'Repeat penalty',
  seed: 'Seed',
  maxTokens: 'Tokens at most',
  contextSize: 'Context',
  threads: 'Threads',
  importedFrom: 'Imported from',
};

/** Sampler first, in the words of the sampler's own dialog; what an import brought along under its own names. */
function settingsOf({ sampler, ...rest }: Record<string, unknown>): [string, string][] {
  const greedy = isRecord(sampler) && sampler.temperature === 0;
  const sampled = isRecord(sampler) ? Object.entries(sampler) : [];
  const given = sampled.filter(
    ([name]) => !greedy || ['temperature', 'maxTokens', 'repeatPenalty', 'stop'].includes(name),
  );
  const others = Object.entries(rest).filter(([name]) => !['order', 'alternatives', 'pinned', 'models'].includes(name));
  return [...given, ...others].flatMap(([name, value]): [string, string][] => {
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return [];
    const written = typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
    return [[names[name] ?? name, written.slice(0, 400)]];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
