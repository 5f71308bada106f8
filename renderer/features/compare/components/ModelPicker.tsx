import { Button, Combobox, useCombobox } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { ChevronDown, FolderOpen, Layers2, Plus } from 'lucide-react';
import { type ReactNode, useEffect, useLayoutEffect, useState } from 'react';
import type { Model } from '../../../../preload/contract/models.ts';
import { bytes, text } from '../../../lib/numbers.ts';
import { prefer, quantize, usePreferences } from '../../../ui-state/index.ts';
import { useAddModel } from '../data.ts';
import { describeReference } from '../naming.ts';
import classes from './ModelPicker.module.css';

interface Props {
  models: readonly Model[];
  /** Ids that are in the comparison already. */
  chosen: readonly string[];
  label: string;
  /** Default: it joins the comparison. */
  onChoose?(id: string): void;
  /** What the button shows, and is called by, instead of its label. */
  children?: ReactNode;
}

/** Finds a model by name, or takes the path of a GGUF file. */
export function ModelPicker({ models, chosen, label, onChoose = choose, children }: Props) {
  const [search, setSearch] = useState('');
  const add = useAddModel();
  const combobox = useCombobox({
    onDropdownClose: () => {
      setSearch('');
      combobox.resetSelectedOption();
    },
  });
  const { dropdownOpened, searchRef } = combobox;
  // Before the next key can arrive: the store's own way of focusing waits for a timer.
  useLayoutEffect(() => {
    if (dropdownOpened) searchRef.current?.focus({ preventScroll: true });
  }, [dropdownOpened, searchRef]);

  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = models.filter((model) => {
    const about =
      `${model.name} ${model.header?.quantization ?? ''} ${model.path} ${model.sample ? 'sample' : ''}`.toLowerCase();
    return !chosen.includes(model.id) && words.every((word) => about.includes(word));
  });
  const { selectFirstOption } = combobox;
  // Once the options of this search stand there, so that Enter takes the first of them.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each search
  useEffect(() => {
    if (search !== '') selectFirstOption();
  }, [search]);
  // What the ladder is made from: the reference.
  const source = models.find(({ id, problem }) => id === chosen[0] && problem === null);
  const isPath = /[\\/]|\.gguf$/i.test(search.trim());

  async function addPaths(paths: string[]) {
    for (const path of paths) {
      const model = await add.mutateAsync(path).catch(() => null);
      if (model) onChoose(model.id);
    }
  }

  function submit(value: string) {
    if (value === addPath) void addPaths([search.trim()]);
    else onChoose(value);
    combobox.closeDropdown();
  }

  return (
    <Combobox store={combobox} onOptionSubmit={submit} width={440} position="bottom-start" withinPortal>
      <Combobox.Target targetType="button" withAriaAttributes={false}>
        <Button
          variant="default"
          leftSection={children == null && <Plus size={14} />}
          rightSection={children != null && <ChevronDown size={12} className="dim" />}
          className={chosen.length > 2 ? classes.foldable : undefined}
          loading={add.isPending}
          onClick={() => combobox.toggleDropdown()}
          aria-haspopup="listbox"
          aria-expanded={combobox.dropdownOpened}
          aria-label={children == null ? label : undefined}
          data-testid="add-model"
        >
          {children ?? <span className={chosen.length > 2 ? classes.word : undefined}>{label}</span>}
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown className={classes.dropdown}>
        <Combobox.Search
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
          }}
          placeholder="Name, quantization, or path of a GGUF file"
          aria-label="Find a model"
          spellCheck={false}
        />
        <Combobox.Options mah={320} className={classes.options} aria-label="Models">
          {shown.map((model) => (
            <Combobox.Option
              key={model.id}
              value={model.id}
              disabled={model.problem !== null}
              className={classes.option}
            >
              <span className={classes.name} title={model.path}>
                {describeReference(model.id, models).name}
              </span>
              <span className={classes.quantization}>{model.header?.quantization ?? '–'}</span>
              <span className={classes.size}>{text(bytes(model.sizeBytes))}</span>
              {model.problem && <span className={classes.problem}>{model.problem}</span>}
            </Combobox.Option>
          ))}
          {isPath && (
            <Combobox.Option value={addPath} className={classes.option}>
              <span className={classes.name}>
                Add the file <span className="mono">{search.trim()}</span>
              </span>
            </Combobox.Option>
          )}
          {shown.length === 0 && !isPath && (
            <Combobox.Empty>
              {models.length === chosen.length
                ? 'Every known model is in. Type the path of a GGUF file.'
                : 'No model of that name.'}
            </Combobox.Empty>
          )}
        </Combobox.Options>
        {(window.assay || source !== undefined) && (
          <Combobox.Footer>
            {source !== undefined && (
              <Button
                variant="subtle"
                fullWidth
                justify="flex-start"
                leftSection={<Layers2 size={14} />}
                onClick={() => {
                  combobox.closeDropdown();
                  quantize(source.id);
                }}
              >
                Quantize {describeReference(source.id, models).name.replace(/ \(for [^()]*\)$/, '')}{' '}
                {source.header?.quantization} to…
              </Button>
            )}
            {window.assay && (
              <Button
                variant="subtle"
                fullWidth
                justify="flex-start"
                leftSection={<FolderOpen size={14} />}
                onClick={async () => {
                  combobox.closeDropdown();
                  await addPaths((await window.assay?.files.openModels()) ?? []);
                }}
              >
                Choose GGUF files…
              </Button>
            )}
          </Combobox.Footer>
        )}
      </Combobox.Dropdown>
      {add.problem && <PathProblem message={add.problem.message} onShown={add.reset} />}
    </Combobox>
  );
}

const addPath = '+path';

function choose(id: string) {
  const { models } = usePreferences.getState();
  if (!models.includes(id) && models.length < 8) prefer({ models: [...models, id] });
}

/** A file that could not be added is told in a note, because the picker has closed by then. */
function PathProblem({ message, onShown }: { message: string; onShown(): void }) {
  const [told, setTold] = useState(false);
  if (!told) {
    queueMicrotask(() => {
      notifications.show({ title: 'The file was not added', message, color: 'red', autoClose: 12_000 });
      setTold(true);
      onShown();
    });
  }
  return null;
}
