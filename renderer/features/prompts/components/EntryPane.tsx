import { ActionIcon, Button, Menu, TagsInput, Textarea, Tooltip } from '@mantine/core';
import { BookmarkPlus, Columns3, Copy, Ellipsis, Trash2 } from 'lucide-react';
import { memo, useEffect, useRef, useState } from 'react';
import { FailedState, SkeletonRows, VariantChip } from '../../../design/index.ts';
import { legible } from '../../../lib/legible.ts';
import { plural } from '../../../lib/numbers.ts';
import { useAnnotate, useEntry } from '../data.ts';
import type { HistoryDetail, HistoryFacets } from '../shapes.ts';
import { variantOf } from '../variantOf.ts';
import { EntryFacts } from './EntryFacts.tsx';
import classes from './EntryPane.module.css';
import { Marked } from './Marked.tsx';

export interface EntryActions {
  openInCompare(entry: HistoryDetail): Promise<void>;
  openOrigin(entry: HistoryDetail): void;
  saveAsPrompt(entry: HistoryDetail): void;
  copy(entry: HistoryDetail): void;
  remove(ids: string[], whole: boolean): void;
  annotated(id: string, change: { tags?: string[]; hasNote?: boolean }): void;
}

interface Props {
  id: string | null;
  search: string;
  facets: HistoryFacets | undefined;
  slotOf(model: string): number;
  actions: EntryActions;
}

/** One answer, whole: prompt, answer, settings, numbers, tags and note. */
export const EntryPane = memo(function EntryPane({ id, search, facets, slotOf, actions }: Props) {
  const { entry, problem, retry } = useEntry(id, search);
  if (id === null)
    return (
      <aside className={classes.pane} aria-label="Answer">
        <p className="dim">Choose an answer to see it whole, with its settings and numbers.</p>
      </aside>
    );
  return (
    <aside className={classes.pane} aria-label="Answer">
      {entry ? (
        <Entry key={entry.id} entry={entry} facets={facets} slot={slotOf(variantOf(entry.model))} {...actions} />
      ) : problem ? (
        <FailedState title="The answer could not be read" retry={() => void retry()}>
          {problem.message}
        </FailedState>
      ) : (
        <SkeletonRows rows={6} label="Reading the answer" />
      )}
    </aside>
  );
});

interface EntryProps extends EntryActions {
  entry: HistoryDetail;
  facets: HistoryFacets | undefined;
  slot: number;
}

const sources = { compare: 'Compare', playground: 'Playground', import: 'Imported' };

function Entry({ entry, facets, slot, ...actions }: EntryProps) {
  const { model, hits, system, promptText, answerText } = entry;
  return (
    <>
      <header className={classes.head}>
        <div className={classes.about}>
          <VariantChip
            slot={slot}
            name={model.name}
            quantization={model.quantization === 'unknown' ? '' : model.quantization}
          />
          <span className={classes.when}>
            {new Date(entry.at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })} ·{' '}
            {sources[entry.source]}
          </span>
        </div>
        <div className={classes.actions}>
          <Button
            data-action="open in compare"
            leftSection={<Columns3 size={13} />}
            onClick={() => void actions.openInCompare(entry)}
          >
            Open in Compare
          </Button>
          <Tooltip label="Keep as a saved prompt">
            <ActionIcon
              variant="default"
              aria-label="Keep as a saved prompt"
              onClick={() => actions.saveAsPrompt(entry)}
            >
              <BookmarkPlus size={14} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Copy prompt and answer">
            <ActionIcon variant="default" aria-label="Copy prompt and answer" onClick={() => actions.copy(entry)}>
              <Copy size={14} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Delete">
            <ActionIcon variant="default" aria-label="Delete" onClick={() => actions.remove([entry.id], false)}>
              <Trash2 size={14} />
            </ActionIcon>
          </Tooltip>
          {(entry.source !== 'import' || entry.siblings > 1) && (
            <Menu>
              <Menu.Target>
                <ActionIcon variant="default" aria-label="More">
                  <Ellipsis size={14} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {entry.source !== 'import' && (
                  <Menu.Item leftSection={<Columns3 size={14} />} onClick={() => actions.openOrigin(entry)}>
                    {entry.source === 'compare' ? 'Show its comparison' : 'Show its conversation'}
                  </Menu.Item>
                )}
                {entry.siblings > 1 && (
                  <Menu.Item leftSection={<Trash2 size={14} />} onClick={() => actions.remove([entry.id], true)}>
                    Delete all {entry.siblings} answers of this{' '}
                    {entry.source === 'compare' ? 'comparison' : 'conversation'}
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes.body} aria-label="Prompt and answer" tabIndex={0}>
        <Marks entry={entry} facets={facets} onAnnotated={actions.annotated} />
        {entry.title && <p className={classes.title}>{legible(entry.title)}</p>}
        {system && (
          <section aria-label="System prompt">
            <h2>System prompt</h2>
            <p className={classes.text}>
              <Marked text={system} hits={hits.system} />
            </p>
          </section>
        )}
        <section aria-label="Prompt">
          <h2>Prompt</h2>
          {entry.messagesBefore !== null && entry.messagesBefore > 0 && (
            <p className={classes.none}>
              The model was given {plural(entry.messagesBefore, 'message')} of the conversation before this one.
            </p>
          )}
          <p className={classes.text}>
            <Marked text={promptText} hits={hits.prompt} />
          </p>
        </section>
        <section aria-label="Answer text">
          <h2>Answer</h2>
          {answerText === '' ? (
            <p className={classes.none}>{wordless(entry)}</p>
          ) : (
            <p className={classes.text}>
              <Marked text={answerText} hits={hits.answer} />
            </p>
          )}
        </section>
        <EntryFacts entry={entry} />
      </section>
    </>
  );
}

function wordless({ state, source }: HistoryDetail): string {
  if (state === 'done') return 'It ended without a word.';
  const ended = state === 'failed' ? 'It failed before the first word.' : 'It was stopped before the first word.';
  if (state !== 'failed' || source === 'import') return ended;
  return `${ended} Its ${source === 'compare' ? 'comparison' : 'conversation'} says why.`;
}

/** Tags and note; each is kept as soon as it is left. */
function Marks({
  entry,
  facets,
  onAnnotated,
}: {
  entry: HistoryDetail;
  facets: HistoryFacets | undefined;
  onAnnotated: EntryActions['annotated'];
}) {
  const annotate = useAnnotate();
  const [tags, setTags] = useState(entry.tags);
  const [note, setNote] = useState(entry.note ?? '');
  const kept = useRef(entry.note ?? '');
  const written = useRef(note);
  written.current = note;

  function keepTags(next: string[]) {
    const named = [...new Set(next.map((tag) => tag.trim().slice(0, 60)).filter(Boolean))].slice(0, 20);
    const addTags = named.filter((tag) => !tags.includes(tag));
    const removeTags = tags.filter((tag) => !named.includes(tag));
    setTags(named);
    if (addTags.length + removeTags.length === 0) return;
    annotate.mutate({ ids: [entry.id], addTags, removeTags });
    onAnnotated(entry.id, { tags: named });
  }

  function keepNote() {
    if (written.current.trim() === kept.current.trim()) return;
    kept.current = written.current;
    annotate.mutate({ ids: [entry.id], note: written.current });
    onAnnotated(entry.id, { hasNote: written.current.trim() !== '' });
  }
  // A note that is still being written is kept, too, when another answer is chosen.
  const keepLast = useRef(keepNote);
  keepLast.current = keepNote;
  useEffect(() => () => keepLast.current(), []);

  return (
    <div className={classes.marks}>
      <TagsInput
        aria-label="Tags"
        placeholder={tags.length === 0 ? 'Add a tag' : undefined}
        data-field="tags"
        value={tags}
        onChange={keepTags}
        data={(facets?.tags ?? []).map(({ name }) => name)}
        acceptValueOnBlur
        maxTags={20}
      />
      <Textarea
        aria-label="Note"
        placeholder="Add a note"
        data-field="note"
        rows={1}
        classNames={{ input: classes.note }}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        onBlur={keepNote}
        onKeyDown={(event) => {
          if (event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))) {
            event.preventDefault();
            event.currentTarget.blur();
          }
        }}
      />
    </div>
  );
}
