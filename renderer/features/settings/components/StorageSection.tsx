import { Button, Checkbox, Modal } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { StorageItem, StorageKind } from '../../../../preload/contract/storage.ts';
import { failureOf, useApi } from '../../../api/index.ts';
import { FailedState, Notice, SkeletonRows } from '../../../design/index.ts';
import { bytes, moment, plural, text } from '../../../lib/numbers.ts';
import classes from '../SettingsPage.module.css';
import lists from './Lists.module.css';
import { RemoveByName } from './RemoveByName.tsx';

const kinds: { kind: StorageKind; label: string }[] = [
  { kind: 'store', label: 'Store' },
  { kind: 'models', label: 'Models in Assay’s folders' },
  { kind: 'base files', label: 'Base files of divergence runs' },
  { kind: 'backups', label: 'Backups' },
  { kind: 'left over', label: 'Left over' },
];

/** What Assay takes up on the disk, and what of it can go. */
export function StorageSection() {
  const { client, options } = useApi();
  const used = useQuery({ ...options.storage.used.queryOptions(), staleTime: 0 });
  const [checked, setChecked] = useState<ReadonlySet<string>>(new Set());
  const [isAsking, setAsking] = useState(false);
  /** The one whose name is asked for. */
  const [named, setNamed] = useState<StorageItem | null>(null);
  const remove = useMutation({
    mutationFn: (what: string[] | { id: string; name: string }) =>
      Array.isArray(what) ? client.storage.remove.mutate({ ids: what }) : client.storage.removeByName.mutate(what),
    onSettled: () => {
      setAsking(false);
      setNamed(null);
      setChecked(new Set());
      void used.refetch();
    },
  });
  if (used.error)
    return (
      <>
        <h1>Storage</h1>
        <FailedState title="What lies on the disk could not be read" retry={() => void used.refetch()}>
          {failureOf(used.error).message}
        </FailedState>
      </>
    );
  if (used.data === undefined)
    return (
      <>
        <h1>Storage</h1>
        <SkeletonRows rows={6} label="Measuring what lies on the disk" />
      </>
    );
  const { items, totalBytes, removableBytes, freeBytes, folder } = used.data;
  const chosen = items.filter(({ id, removable }) => removable && checked.has(id));
  const chosenBytes = chosen.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const toggle = (id: string) =>
    setChecked((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <>
      <h1>Storage</h1>
      <p className={classes.lead}>
        {text(bytes(totalBytes))} used by Assay, of which {text(bytes(removableBytes))} can go.
        {freeBytes !== null && ` ${text(bytes(freeBytes))} are free on the disk.`}
        {folder === null && ' This store is not kept: it goes when Assay ends.'}
      </p>
      <div role="status">
        {remove.data && (
          <Notice kind={remove.data.kept.length > 0 ? 'caution' : 'good'}>
            {plural(remove.data.count, 'item')} removed, {text(bytes(remove.data.freedBytes))} freed.
            {remove.data.kept.map(({ path, reason }) => ` Kept: ${path}: ${reason}`)}
          </Notice>
        )}
      </div>
      {remove.error && <Notice kind="bad">{failureOf(remove.error).message}</Notice>}
      {kinds.map(({ kind, label }) => {
        const group = items.filter((item) => item.kind === kind);
        return (
          group.length > 0 && (
            <section key={kind} className={lists.storage} aria-label={label}>
              <h2>
                {label}
                <span className="dim figures">
                  {text(bytes(group.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)))}
                </span>
              </h2>
              <ul className={classes.group}>
                {group.map((item) => (
                  <Item
                    key={item.id}
                    item={item}
                    isPlain={!group.some(({ removable }) => removable)}
                    onRemoveByName={() => setNamed(item)}
                    isChecked={checked.has(item.id)}
                    onToggle={() => toggle(item.id)}
                  />
                ))}
              </ul>
            </section>
          )
        );
      })}
      {removableBytes === 0 && items.every(({ removable, byName }) => !removable && !byName) && (
        <p className="dim">
          There is nothing to clean up. Model files that you only pointed at are yours and not counted.
        </p>
      )}
      {items.some(({ removable }) => removable) && (
        <div>
          <Button color="red" disabled={chosen.length === 0} onClick={() => setAsking(true)}>
            {chosen.length === 0
              ? 'Remove what is ticked'
              : `Remove ${plural(chosen.length, 'item')}, free ${text(bytes(chosenBytes))}`}
          </Button>
        </div>
      )}
      {named && (
        <RemoveByName
          item={named}
          isPending={remove.isPending}
          onRemove={(name) => remove.mutate({ id: named.id, name })}
          onClose={() => setNamed(null)}
        />
      )}
      <Modal opened={isAsking} onClose={() => setAsking(false)} title="Remove for good">
        <div className={classes.form}>
          <p>
            {plural(chosen.length, 'item')}, {text(bytes(chosenBytes))}, cannot be brought back by Assay. Each is
            written down in the log.
          </p>
          <ul className={lists.doomed}>
            {chosen.map(({ id, name }) => (
              <li key={id}>{name}</li>
            ))}
          </ul>
          <Button
            color="red"
            loading={remove.isPending}
            onClick={() => remove.mutate(chosen.map(({ id }) => id))}
            data-autofocus
          >
            Remove for good
          </Button>
        </div>
      </Modal>
    </>
  );
}

interface ItemProps {
  item: StorageItem;
  /** Nothing beside it can be ticked either. */
  isPlain: boolean;
  isChecked: boolean;
  onToggle(): void;
  onRemoveByName(): void;
}

function Item({
  item: { name, path, about, sizeBytes, modifiedAt, removable, byName },
  isPlain,
  isChecked,
  onToggle,
  onRemoveByName,
}: ItemProps) {
  return (
    <li className={lists.item} data-plain={isPlain || undefined}>
      {removable ? (
        <Checkbox size="xs" aria-label={`Tick ${name}`} checked={isChecked} onChange={onToggle} />
      ) : (
        !isPlain && <span />
      )}
      <div className={classes.rowWords}>
        <span className={classes.rowLabel}>{name}</span>
        <span className={classes.rowHint}>{about}</span>
        <span className={classes.rowHint}>
          <span className="mono">{path}</span>
          {modifiedAt !== null && `, ${moment(modifiedAt)}`}
        </span>
      </div>
      <span className={lists.size}>
        {text(bytes(sizeBytes))}
        {byName && (
          <Button variant="default" size="compact-xs" onClick={onRemoveByName} aria-label={`Remove ${name}`}>
            Remove…
          </Button>
        )}
      </span>
    </li>
  );
}
