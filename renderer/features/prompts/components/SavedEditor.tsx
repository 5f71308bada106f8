import { Button, Textarea, TextInput } from '@mantine/core';
import { Columns3, Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import { NameInput, Notice } from '../../../design/index.ts';
import {
  chooseSaved,
  draft,
  draftSaved,
  dropDraft,
  go,
  newPrompt,
  prefer,
  settleDraft,
  useSavedDrafts,
} from '../../../ui-state/index.ts';
import { useSave } from '../data.ts';
import type { SavedPrompt } from '../shapes.ts';
import { filled, variablesIn } from '../variables.ts';
import { written } from '../written.ts';
import classes from './SavedTab.module.css';
import { Versions } from './Versions.tsx';

interface Props {
  /** Null: a new one. */
  prompt: SavedPrompt | null;
  onRemove(prompt: SavedPrompt): void;
}

/** One saved prompt: its text, its variables filled in, its versions. */
export function SavedEditor({ prompt, onRemove }: Props) {
  const key = prompt?.id ?? newPrompt;
  const typed = useSavedDrafts(({ drafts }) => drafts[key]);
  const { name, system, text, comment, isChanged, isUnsaved } = written(prompt, typed);
  const values = typed?.values ?? {};
  const { mutateAsync, isPending, problem, reset } = useSave();
  const variables = useMemo(() => variablesIn(system, text), [system, text]);
  const missing = variables.filter((variable) => !values[variable]);

  function save() {
    const saving = mutateAsync({
      id: prompt?.id,
      name,
      text,
      system: system === '' ? null : system,
      comment: comment === '' ? null : comment,
    });
    // What fails stands below the fields.
    void saving.then(({ id }) => settleDraft(key, typed, id)).catch(() => undefined);
  }

  function discard() {
    dropDraft(key);
    if (prompt === null) chooseSaved(null);
    reset();
  }

  function ask() {
    draft({ text: filled(text, values), system: filled(system, values), pinned: [] });
    prefer({ splitting: 'one' });
    go({ screen: 'compare', id: null });
  }

  return (
    <section className={classes.editor} aria-label={prompt ? `Saved prompt ${prompt.name}` : 'New saved prompt'}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <NameInput
          label="Name"
          value={name}
          onChange={(next) => draftSaved(key, { name: next })}
          required
          autoFocus={prompt === null}
        />
        <Textarea
          label="System prompt"
          autosize
          minRows={1}
          maxRows={8}
          value={system}
          onChange={(event) => draftSaved(key, { system: event.currentTarget.value })}
        />
        <Textarea
          label="Prompt"
          description={'Write {{name}} where something is to be filled in.'}
          autosize
          minRows={4}
          maxRows={18}
          value={text}
          onChange={(event) => draftSaved(key, { text: event.currentTarget.value })}
          required
        />
        {isUnsaved && (
          <div className={classes.saving}>
            {prompt && isChanged && (
              <TextInput
                aria-label="What is different"
                placeholder="What is different (optional)"
                value={comment}
                onChange={(event) => draftSaved(key, { comment: event.currentTarget.value })}
                maxLength={1000}
              />
            )}
            <Button type="submit" loading={isPending} disabled={name.trim() === '' || text === ''}>
              {prompt === null ? 'Save prompt' : isChanged ? `Save as version ${prompt.version + 1}` : 'Save name'}
            </Button>
            <Button variant="subtle" color="gray" onClick={discard}>
              Discard changes
            </Button>
          </div>
        )}
        {problem && <Notice kind="bad">{problem.message}</Notice>}
      </form>
      {prompt && !isChanged && (
        <section className={classes.use} aria-label="Use it">
          {variables.length > 0 && (
            <div className={classes.variables}>
              {variables.map((variable) => (
                <Textarea
                  key={variable}
                  label={variable}
                  autosize
                  minRows={1}
                  maxRows={4}
                  value={values[variable] ?? ''}
                  onChange={(event) =>
                    draftSaved(key, { values: { ...values, [variable]: event.currentTarget.value } })
                  }
                />
              ))}
            </div>
          )}
          <div className={classes.saving}>
            <Button leftSection={<Columns3 size={13} />} onClick={ask}>
              Ask in Compare
            </Button>
            <Button variant="default" leftSection={<Trash2 size={13} />} onClick={() => onRemove(prompt)}>
              Delete
            </Button>
            {missing.length > 0 && <span className="dim">Not filled in yet: {missing.join(', ')}</span>}
          </div>
        </section>
      )}
      {prompt && (
        <Versions
          prompt={prompt}
          onTake={(version) => draftSaved(key, { text: version.text, system: version.system ?? '' })}
        />
      )}
    </section>
  );
}
