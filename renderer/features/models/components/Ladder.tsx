import { Checkbox, Tooltip } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import type { ModelMeasurement } from '../../../../preload/contract/divergence.ts';
import type { Room } from '../../../lib/memory.ts';
import { prefer, usePreferences, useVariantSlots } from '../../../ui-state/index.ts';
import { change, toggled, useModelsState } from '../state.ts';
import { type Row, type SortBy, sizeUnit, type Uses } from '../view.ts';
import { HeadCell, ListRow, RowGroup } from './Cell.tsx';
import { FamilyRow } from './FamilyRow.tsx';
import classes from './Ladder.module.css';
import { type Columns, VariantRow } from './VariantRow.tsx';

interface Props {
  rows: readonly Row[];
  uses: ReadonlyMap<string, Uses>;
  measured: ReadonlyMap<string, ModelMeasurement>;
  room: Room;
  /** Id of the variant whose details are shown. */
  open: string | null;
  /** Leaves room below for more. */
  short: boolean;
  onOpen(id: string): void;
  onSelect(id: string): void;
}

const rowHeight = 32;

/** Families and their ladders as one list of rows; only those in sight are on the page. */
export function Ladder({ rows, uses, measured, room, open, short, onOpen, onSelect }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const { active, sent, selected } = useModelsState();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
  });
  const inSight = virtual.getVirtualItems();
  const ids = useMemo(
    () =>
      inSight.flatMap(({ index }) => {
        const row = rows[index];
        return row?.kind === 'variant' && selected.has(row.variant.id) ? [row.variant.id] : [];
      }),
    [inSight, rows, selected],
  );
  const slotOf = useVariantSlots(ids);
  const columns = useMemo((): Columns => {
    const families = rows.flatMap((row) => (row.kind === 'family' ? [row.family] : []));
    const variants = families.flatMap((family) => family.variants);
    const size = sizeUnit(variants.map(({ sizeBytes }) => sizeBytes));
    const memory = sizeUnit(variants.map((variant) => variant.memory?.totalBytes ?? 0));
    const largest = Math.max(0, ...families.map((family) => family.parameters ?? 0));
    const billions = largest >= 1e8;
    return {
      size,
      memory,
      parameterUnit: billions ? 'B' : 'M',
      parameters: billions ? 1e9 : 1e6,
      measured: families.some(({ variants: rungs }) => rungs.some(({ path }) => measured.has(path))),
    };
  }, [rows, measured]);

  // The row that the keyboard came to is brought into sight and focused; one that only moved while a person types is not.
  const activeIndex = rows.findIndex((row) => row.key === active);
  const { scrollToIndex } = virtual;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the keyboard may be sent to the row where it was before
  useEffect(() => {
    if (activeIndex === -1 || document.activeElement?.matches('input:not([type="checkbox"]), textarea')) return;
    scrollToIndex(activeIndex, { align: 'auto' });
    const frame = requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${activeIndex}"]`)?.focus({ preventScroll: true }),
    );
    return () => cancelAnimationFrame(frame);
  }, [activeIndex, sent, scrollToIndex]);

  function act(row: Row): void {
    change({ active: row.key });
    if (row.kind === 'family') change({ folded: toggled(useModelsState.getState().folded, row.family.key) });
    else onOpen(row.variant.id);
  }

  function press(event: KeyboardEvent, row: Row, index: number): void {
    if (event.target !== event.currentTarget) return;
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: rows.length - 1 }[event.key];
    const next = to === undefined ? undefined : rows[to];
    const folded = useModelsState.getState().folded;
    if (next !== undefined) change({ active: next.key });
    else if (event.key === 'Enter') act(row);
    else if (event.key === ' ' && row.kind === 'variant') onSelect(row.variant.id);
    else if (event.key === ' ' || (row.kind === 'family' && event.key === (row.folded ? 'ArrowRight' : 'ArrowLeft')))
      change({ folded: toggled(folded, row.family.key) });
    else if (event.key === 'ArrowLeft' && row.kind === 'variant') change({ active: `family ${row.family.key}` });
    else return;
    event.preventDefault();
  }

  return (
    <div
      className={classes.grid}
      role="treegrid"
      aria-label="Models"
      aria-rowcount={rows.length + 1}
      data-measured={columns.measured || undefined}
      data-short={short || undefined}
    >
      <ListRow aria-rowindex={1} className={classes.head}>
        <HeadCell className={classes.tick}>
          <span className="visually-hidden">Selected</span>
        </HeadCell>
        <Head by="name" label="Model" hint="Families of one model; within each most bits a weight first" />
        <Head by="size" label={`Size (${columns.size.unit})`} hint="All files of the model on the disk" numeric />
        <Head by="bits" label="Bits/weight" hint="Bits of the tensors divided by the number of weights" numeric />
        <Head
          by="parameters"
          label={`Weights (${columns.parameterUnit})`}
          hint="Sum over all tensors of the file"
          numeric
        />
        <Head
          className={classes.context}
          by="context"
          label="Context (tokens)"
          hint="What the model was trained on, by its header"
          numeric
        />
        <Head
          by="memory"
          label={`Memory (${columns.memory.unit})`}
          hint="Estimated: weights as in the file, keys and values of 4096 tokens in half precision, scratch memory, 192 MiB for the process. ✓ fits into what models may take now"
          numeric
        />
        {columns.measured && (
          <>
            <Head
              label="PPL ratio"
              hint="Perplexity divided by that of the reference, in the divergence run that the family’s row names; dimmed: in another run"
              numeric
            />
            <Head label="KLD (nats)" hint="Mean KL divergence to the reference in that run" numeric />
            <Head
              label="Same top (%)"
              hint="Share of tokens on which both hold the same token for the likeliest"
              numeric
            />
            <Head label="Tokens/s" hint="Tokens read a second in that run, on this machine" numeric />
          </>
        )}
        <Head
          className={classes.used}
          by="used"
          label="Used"
          hint="Comparisons, conversations, divergence runs and blind tests in which it takes part"
          numeric
        />
        <Head className={classes.tags} label="Tags" hint="Your words; filter by them" />
        <Head
          className={classes.hash}
          by="added"
          label="SHA-256"
          hint="Of the file; read in the background. Sorts by when it was added"
        />
      </ListRow>
      <RowGroup className={classes.body} ref={scroller}>
        <div className={classes.rows} role="presentation" style={{ height: virtual.getTotalSize() }}>
          {inSight.map(({ index, key, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const isActive = row.key === active || (activeIndex === -1 && index === 0);
            return (
              <ListRow
                key={key}
                aria-rowindex={index + 2}
                aria-level={row.kind === 'family' ? 1 : 2}
                aria-expanded={row.kind === 'family' ? !row.folded : undefined}
                aria-selected={row.kind === 'variant' ? selected.has(row.variant.id) : undefined}
                aria-current={(row.kind === 'variant' && row.variant.id === open) || undefined}
                tabIndex={isActive ? 0 : -1}
                data-index={index}
                data-kind={row.kind}
                className={classes.row}
                style={{ transform: `translateY(${start}px)` }}
                onClick={() => act(row)}
                onKeyDown={(event) => press(event, row, index)}
              >
                {row.kind === 'family' ? (
                  <FamilyRow row={row} columns={columns} measured={measured} />
                ) : (
                  <VariantRow
                    variant={row.variant}
                    columns={columns}
                    uses={uses.get(row.variant.id)}
                    measured={measured.get(row.variant.path)}
                    room={room}
                    tick={
                      <Checkbox
                        size="xs"
                        tabIndex={-1}
                        checked={selected.has(row.variant.id)}
                        onClick={(event) => event.stopPropagation()}
                        onChange={() => onSelect(row.variant.id)}
                        aria-label={`Select ${row.variant.fileName}`}
                      />
                    }
                    slot={selected.has(row.variant.id) ? slotOf(row.variant.id) : null}
                  />
                )}
              </ListRow>
            );
          })}
        </div>
      </RowGroup>
    </div>
  );
}

interface HeadProps {
  by?: SortBy;
  label: string;
  hint: string;
  numeric?: boolean;
  className?: string;
}

function Head({ by, label, hint, numeric = false, className }: HeadProps) {
  const preference = usePreferences((preferences) => preferences.library);
  const isSorted = by !== undefined && preference.sort === by;
  const Arrow = preference.descending ? ArrowDown : ArrowUp;
  return (
    <HeadCell
      className={[numeric ? classes.number : '', className ?? ''].join(' ')}
      aria-sort={isSorted ? (preference.descending ? 'descending' : 'ascending') : undefined}
    >
      <Tooltip label={hint}>
        {by === undefined ? (
          <span>{label}</span>
        ) : (
          <button
            type="button"
            onClick={() =>
              prefer({
                library: { ...preference, sort: by, descending: isSorted ? !preference.descending : by !== 'name' },
              })
            }
          >
            {label}
            {isSorted && <Arrow size={11} aria-hidden="true" />}
          </button>
        )}
      </Tooltip>
    </HeadCell>
  );
}
