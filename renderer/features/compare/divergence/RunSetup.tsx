import { Button, Checkbox, NumberInput, Popover, Select, Textarea, Tooltip } from '@mantine/core';
import { FileText, Play, SlidersHorizontal, Square } from 'lucide-react';
import { useRef, useState } from 'react';
import { cacheType } from '../../../../preload/contract/divergence.ts';
import { Keys, Notice, takeText } from '../../../design/index.ts';
import { type Room, roomInWords } from '../../../lib/memory.ts';
import { bytes, plural, roughly, text } from '../../../lib/numbers.ts';
import { draft, prefer, useDraft, usePreferences } from '../../../ui-state/index.ts';
import { useDatasets } from '../data.ts';
import { PathField } from './PathField.tsx';
import classes from './RunSetup.module.css';
import type { Setup } from './useSetup.ts';

const texts = [
  { value: 'sample', label: 'Sample model’s answers' },
  { value: 'dataset', label: 'Answers of a data set' },
  { value: 'file', label: 'A text file' },
  { value: 'pasted', label: 'Typed or pasted text' },
  { value: 'base', label: 'Base file of llama-perplexity' },
] as const;

interface Props {
  setup: Setup;
  isUnderWay: boolean;
  onRun(): void;
  onCancel(): void;
  isStarting: boolean;
  problem: string | null;
}

/** What is read, how it is cut, what it will cost, and the button that begins it. */
export function RunSetup({ setup, isUnderWay, onRun, onCancel, isStarting, problem }: Props) {
  const { divergence } = usePreferences();
  const { fileText, pastedText, baseFile } = useDraft();
  const { datasets } = useDatasets();
  const picker = useRef<HTMLInputElement>(null);
  const set = (change: Partial<typeof divergence>) => prefer({ divergence: { ...divergence, ...change } });

  return (
    <div className={classes.setup}>
      <div className={classes.row}>
        <Select
          aria-label="Text to measure on"
          className={classes.text}
          data={texts}
          value={divergence.text}
          onChange={(value) => set({ text: texts.find((one) => one.value === value)?.value ?? 'sample' })}
        />
        {divergence.text === 'dataset' && (
          <Select
            aria-label="Data set"
            className={classes.dataset}
            placeholder="Choose a data set"
            data={datasets.map(({ id, name }) => ({ value: id, label: name }))}
            value={divergence.dataset ?? datasets[0]?.id ?? null}
            onChange={(value) => set({ dataset: value })}
          />
        )}
        {divergence.text === 'file' && (
          <>
            <input
              ref={picker}
              type="file"
              className="visually-hidden"
              tabIndex={-1}
              aria-label="Text file to measure on"
              accept="text/*,.txt,.md,.raw"
              onChange={(event) => {
                const [file] = event.currentTarget.files ?? [];
                if (file) void takeText(file, (fileText) => draft({ fileText }));
                // The same file can be chosen again once it is mended.
                event.currentTarget.value = '';
              }}
            />
            <Button
              variant="default"
              leftSection={<FileText size={14} />}
              className={classes.file}
              onClick={() => picker.current?.click()}
            >
              {fileText === null ? 'Choose or drop a file…' : fileText.name}
            </Button>
          </>
        )}
        {divergence.text === 'base' && (
          <PathField
            label="Base file"
            placeholder="/path/to/base.kld, in place of reference and text"
            value={baseFile}
            onChange={(path) => draft({ baseFile: path })}
            choose={async () => window.assay?.files.chooseExisting()}
          />
        )}
        <MeasureSettings baseBytes={setup.baseBytes} />
        <span className={classes.estimate} aria-live="polite">
          {setup.estimate}
        </span>
        {isUnderWay ? (
          <Button variant="default" leftSection={<Square size={12} fill="currentColor" />} onClick={onCancel}>
            Cancel run
          </Button>
        ) : (
          <Tooltip label={setup.missing ?? <Keys keys="mod+Enter" />}>
            <Button
              leftSection={<Play size={13} fill="currentColor" />}
              onClick={onRun}
              loading={isStarting}
              data-disabled={setup.missing !== null || undefined}
              aria-disabled={setup.missing !== null}
            >
              Measure divergence
            </Button>
          </Tooltip>
        )}
      </div>
      {divergence.text === 'pasted' && (
        <Textarea
          aria-label="Text"
          placeholder="Text that all models read, the same tokens each. It stays in memory until you run, then in the encrypted store."
          value={pastedText}
          onChange={(event) => draft({ pastedText: event.currentTarget.value })}
          minRows={2}
          maxRows={4}
          autosize
        />
      )}
      {setup.caution && <Notice kind="caution">{setup.caution}</Notice>}
      {problem && <Notice kind="bad">{problem}</Notice>}
    </div>
  );
}

const leastContext = 16;
const mostContext = 1_048_576;
const isContext = (value: number | string): value is number =>
  typeof value === 'number' && value >= leastContext && value <= mostContext;

/** Context, chunks, types of the context's cache, and a base file to write. */
function MeasureSettings({ baseBytes }: { baseBytes: number | null }) {
  const { divergence } = usePreferences();
  const { saveBaseTo } = useDraft();
  const [context, setContext] = useState<number | string>(divergence.contextSize);
  const set = (change: Partial<typeof divergence>) => prefer({ divergence: { ...divergence, ...change } });
  const isDataset = divergence.text === 'dataset';
  const isWritten = !isDataset && divergence.text !== 'base';
  const cache = divergence.cacheTypes.filter((one) => one !== 'F16');
  const words = [
    `${divergence.contextSize} tokens`,
    divergence.chunks === null ? 'all chunks' : `up to ${plural(divergence.chunks, isDataset ? 'item' : 'chunk')}`,
    ...(cache.length > 0 ? [`KV ${divergence.cacheTypes.join(', ')}`] : []),
    ...(isWritten && saveBaseTo.trim() !== '' ? ['writes a base file'] : []),
  ].join(', ');
  return (
    <Popover
      width={320}
      position="bottom-start"
      trapFocus
      returnFocus
      onOpen={() => setContext(divergence.contextSize)}
    >
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<SlidersHorizontal size={14} />}
          aria-label={`Measuring: ${words}`}
        >
          {words}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="How to measure">
        <div className={classes.fields}>
          <NumberInput
            label="Context"
            description={
              isDataset || (divergence.text === 'sample' && saveBaseTo.trim() === '')
                ? 'Tokens of an item; longer ones are left out, and the result names them.'
                : 'Tokens of a chunk; the second half of each is scored, as llama-perplexity does.'
            }
            min={leastContext}
            max={mostContext}
            step={128}
            allowDecimal={false}
            clampBehavior="none"
            value={context}
            error={
              isContext(context)
                ? null
                : `From ${leastContext} to ${mostContext.toLocaleString('en')} tokens; ${divergence.contextSize} are used.`
            }
            onChange={(value) => {
              setContext(value);
              if (isContext(value)) set({ contextSize: value });
            }}
            data-autofocus
          />
          <NumberInput
            label={isDataset ? 'Items at most' : 'Chunks at most'}
            description="Empty: all. More give narrower intervals; a verdict needs 6."
            min={1}
            max={100_000}
            allowDecimal={false}
            placeholder="All"
            value={divergence.chunks ?? ''}
            onChange={(value) => set({ chunks: typeof value === 'number' && value >= 1 ? value : null })}
          />
          <Checkbox.Group
            label="Candidates keep keys and values as"
            description="Each candidate is measured with each; the reference with F16. Any but F16 also measures the reference’s own file with it."
            value={divergence.cacheTypes}
            onChange={(values) => {
              const chosen = cacheType.options.filter((one) => values.includes(one));
              if (chosen.length > 0) set({ cacheTypes: chosen });
            }}
          >
            <div className={classes.types}>
              {(['F16', 'Q8_0', 'Q5_1', 'Q5_0', 'Q4_1', 'Q4_0', 'IQ4_NL', 'BF16', 'F32'] as const).map((one) => (
                <Checkbox key={one} value={one} label={one} />
              ))}
            </div>
          </Checkbox.Group>
          {isWritten && (
            <PathField
              label="Also write a base file"
              description={`What the reference says of every scored token, for llama-perplexity and later runs${baseBytes === null ? '' : `: about ${text(bytes(baseBytes))}`}. Empty: none.`}
              placeholder="/path/to/base.kld"
              value={saveBaseTo}
              onChange={(path) => draft({ saveBaseTo: path })}
              choose={async () => window.assay?.files.choosePath('base.kld')}
            />
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** `about 24 chunks, 40 s, 35.2 MiB of 11.2 GiB free`. */
export function estimateWords(estimate: {
  chunks: number | null;
  isDataset: boolean;
  seconds: number | null;
  memoryBytes: number | null;
  room: Room | null;
}): string {
  const parts: string[] = [];
  if (estimate.chunks !== null) parts.push(`about ${plural(estimate.chunks, estimate.isDataset ? 'item' : 'chunk')}`);
  if (estimate.seconds !== null) parts.push(roughly(estimate.seconds));
  if (estimate.memoryBytes !== null)
    parts.push(
      `${text(bytes(estimate.memoryBytes))}${estimate.room === null ? '' : ` of ${roomInWords(estimate.room)}`}`,
    );
  // A line breaks between facts, not between a number and its unit.
  const unbroken = parts.map((part) => part.replaceAll(' ', '\u00a0'));
  if (estimate.seconds === null && estimate.chunks !== null) unbroken.push('time known after the first chunk');
  return unbroken.join(', ');
}
