import { ActionIcon, Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { FileText, FolderOpen, X } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { type QuantizationType, type QuantizeInput, quantizationType } from '../../../preload/contract/quantize.ts';
import { Keys, Notice, takeText, useFocusBack } from '../../design/index.ts';
import { matchesStep } from '../../lib/keys.ts';
import { plural } from '../../lib/numbers.ts';
import { endQuantizing, openPanel, useQuantizing } from '../../ui-state/index.ts';
import { useEstimate, useLabAvailability, useModelName, useStartQuantize } from './data.ts';
import { Estimate } from './Estimate.tsx';
import classes from './QuantizeDialog.module.css';
import { typeGroups, withoutImportance } from './types.ts';

/** Makes quantizations of a model, several types as one job: what they come to stands there before it begins. */
export function QuantizeDialog() {
  const model = useQuantizing((state) => state.model);
  if (model === null) return null;
  return <Dialog key={model} model={model} />;
}

function Dialog({ model }: { model: string }) {
  useFocusBack();
  const availability = useLabAvailability();
  const found = useModelName(model);
  const [types, setTypes] = useState<QuantizationType[]>(['Q4_K_M']);
  const [folder, setFolder] = useState('');
  const [importance, setImportance] = useState<{ name: string; text: string } | null>(null);
  const [allowRequantize, setAllowRequantize] = useState(false);
  const [overwrite, setOverwrite] = useState(false);
  const start = useStartQuantize();
  const picker = useRef<HTMLInputElement>(null);
  const chooser = useRef<HTMLButtonElement>(null);
  const own = found?.header?.quantization ?? null;
  const isOriginal = own === null || /^(F32|F16|BF16)$/.test(own);

  const input = useMemo(
    (): QuantizeInput => ({
      model,
      types,
      folder: folder.trim() === '' ? undefined : folder.trim(),
      imatrixText: importance ?? undefined,
      allowRequantize,
      overwrite,
    }),
    [model, types, folder, importance, allowRequantize, overwrite],
  );
  // The text of an importance matrix says nothing about sizes, and may be long: its first letter and its length stand for it.
  const question = useMemo(
    () => ({
      ...input,
      imatrixText:
        importance === null
          ? undefined
          : { ...importance, text: importance.text.slice(0, 1), characters: importance.text.length },
      allowRequantize: true,
      overwrite: true,
    }),
    [input, importance],
  );
  const [asked] = useDebouncedValue(question, 200);
  const canAsk = availability?.available === true && types.length > 0 && asked.types.length > 0;
  const { estimate, isPending, problem } = useEstimate(canAsk ? asked : null);
  const existing = estimate?.files.filter(({ exists, type }) => exists && types.includes(type)) ?? [];
  const needing = importance === null ? withoutImportance(types) : [];
  const missing =
    availability === undefined
      ? 'Looking whether this installation can quantize…'
      : !availability.available
        ? 'Quantizing needs the native addon.'
        : types.length === 0
          ? 'Choose at least one type.'
          : types.length > 20
            ? '20 types at most at a time.'
            : needing.length > 0
              ? `${needing.join(', ')} ${needing.length === 1 ? 'gives' : 'give'} nothing usable without an importance matrix: choose a text for it.`
              : !isOriginal && !allowRequantize
                ? `This file is ${own} already; tick above that it is meant.`
                : existing.length > 0 && !overwrite
                  ? `${plural(existing.length, 'file')} would be replaced; tick above that it is meant.`
                  : estimate !== undefined && !estimate.fits
                    ? 'The files do not fit into the folder.'
                    : null;

  // What keeps the estimate from being made stands in its place; a start would only say the same.
  const isBlocked = missing !== null || problem !== null;

  function begin() {
    if (isBlocked || start.isPending) return;
    start.mutate(input, {
      onSuccess: () => {
        openPanel('tray');
        endQuantizing();
      },
    });
  }

  return (
    <Modal
      opened
      onClose={endQuantizing}
      size={720}
      title={`Quantize ${found ? `${found.name.replace(/ \(for [^()]*\)$/, '')} ${own ?? ''}` : 'the model'}`}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: one key for the whole form, as its button says */}
      <div
        className={classes.form}
        onKeyDown={(event) => {
          if (!matchesStep(event.nativeEvent, 'mod+Enter')) return;
          event.preventDefault();
          begin();
        }}
      >
        {availability?.available === false && (
          <Notice kind="caution">
            Quantizing needs Assay’s native addon. {availability.reason} {availability.remedy}
          </Notice>
        )}
        <Checkbox.Group
          aria-label="Types to quantize to"
          value={types}
          onChange={(values) => setTypes(quantizationType.options.filter((one) => values.includes(one)))}
        >
          <div className={classes.groups}>
            {typeGroups.map(({ name, hint, types: offered }) => (
              <fieldset key={name} className={classes.group}>
                <legend>
                  {name} <span className="dim">{hint}</span>
                </legend>
                <div className={classes.types}>
                  {offered.map((one) => (
                    <Checkbox
                      key={one}
                      value={one}
                      label={one}
                      disabled={one === own}
                      data-autofocus={one === 'Q4_K_M' || undefined}
                    />
                  ))}
                </div>
              </fieldset>
            ))}
          </div>
        </Checkbox.Group>
        <div className={classes.row}>
          <TextInput
            className={classes.folder}
            label="Folder"
            placeholder={estimate?.folder ?? 'Beside the model'}
            value={folder}
            onChange={(event) => setFolder(event.currentTarget.value)}
            rightSection={
              window.assay && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  aria-label="Choose the folder"
                  onClick={async () => {
                    const chosen = await window.assay?.files.openFolder();
                    if (chosen) setFolder(chosen);
                  }}
                >
                  <FolderOpen size={14} />
                </Button>
              )
            }
          />
          <input
            ref={picker}
            type="file"
            className="visually-hidden"
            tabIndex={-1}
            aria-label="Text for the importance matrix"
            accept="text/*,.txt,.md,.raw"
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? [];
              if (file) void takeText(file, setImportance);
              // The same file can be chosen again once it is mended.
              event.currentTarget.value = '';
            }}
          />
          <Button
            ref={chooser}
            variant="default"
            leftSection={<FileText size={14} />}
            onClick={() => picker.current?.click()}
          >
            {importance === null ? 'Importance matrix from a text…' : `Importance: ${importance.name}`}
          </Button>
          {importance !== null && (
            <ActionIcon
              size={30}
              aria-label="Without an importance matrix"
              onClick={() => {
                setImportance(null);
                chooser.current?.focus();
              }}
            >
              <X size={14} />
            </ActionIcon>
          )}
        </div>
        <Estimate estimate={estimate} isPending={isPending} problem={problem?.message ?? null} types={types} />
        {!isOriginal && (
          <Checkbox
            label={`Quantize again from ${own}: loses more than quantizing the original would`}
            checked={allowRequantize}
            onChange={(event) => setAllowRequantize(event.currentTarget.checked)}
          />
        )}
        {existing.length > 0 && (
          <Checkbox
            label={`Replace ${existing.map(({ type }) => type).join(', ')}: ${existing.length === 1 ? 'the file is' : 'the files are'} there already`}
            checked={overwrite}
            onChange={(event) => setOverwrite(event.currentTarget.checked)}
          />
        )}
        {start.problem && <Notice kind="bad">{start.problem.message}</Notice>}
        <div className={classes.buttons}>
          <span className={classes.missing} aria-live="polite">
            {missing}
          </span>
          <Button variant="default" onClick={endQuantizing}>
            Close
          </Button>
          <Button
            onClick={begin}
            loading={start.isPending}
            data-disabled={isBlocked || undefined}
            aria-disabled={isBlocked}
            rightSection={!isBlocked && <Keys keys="mod+Enter" />}
          >
            {types.length === 1 ? `Quantize to ${types[0]}` : `Quantize to ${plural(types.length, 'type')}`}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
