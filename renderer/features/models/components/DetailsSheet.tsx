import { ActionIcon, Button, Menu } from '@mantine/core';
import { Columns3, Ellipsis, FileDiff, Layers2, Trash2, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Variant } from '../../../../preload/contract/models.ts';
import { FailedState, Notice, SkeletonRows } from '../../../design/index.ts';
import { legible } from '../../../lib/legible.ts';
import { roomInWords } from '../../../lib/memory.ts';
import { bytes, moment, significant, text } from '../../../lib/numbers.ts';
import { go, quantize } from '../../../ui-state/index.ts';
import { useDetails, useWhereUsed } from '../data.ts';
import { differWords, whole } from '../view.ts';
import { DeleteFile } from './DeleteFile.tsx';
import classes from './DetailsSheet.module.css';
import { Facts } from './Facts.tsx';
import { Metadata } from './Metadata.tsx';
import { Provenance } from './Provenance.tsx';
import { Section } from './Section.tsx';
import { TagMenu } from './TagMenu.tsx';
import { Template } from './Template.tsx';

interface Props {
  variant: Variant;
  all: readonly Variant[];
  onClose(): void;
  onForget(variants: readonly Variant[]): void;
  onCompare(variants: readonly Variant[]): void;
}

/** Everything that a file says of itself, beside the list. */
export function DetailsSheet({ variant, all, onClose, onForget, onCompare }: Props) {
  const { details, problem, retry } = useDetails(variant.id);
  const [deleting, setDeleting] = useState(false);
  // Escape brings the keyboard back to where it came from.
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const twins = all.filter(({ id }) => variant.duplicates.includes(id));
  return (
    <aside className={classes.sheet} aria-label={`Details of ${legible(variant.fileName)}`}>
      <header>
        <div className={classes.title}>
          <h2>{legible(variant.label ?? variant.name)}</h2>
          <span className={classes.quantization}>{variant.quantization ?? 'unknown'}</span>
        </div>
        <ActionIcon onClick={onClose} aria-label="Close the details">
          <X size={14} />
        </ActionIcon>
      </header>
      <div className={classes.body}>
        <div className={classes.actions}>
          <Button
            size="compact-xs"
            leftSection={<Columns3 size={13} />}
            disabled={variant.state !== 'ready'}
            onClick={() => onCompare([variant])}
          >
            Use in Compare
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<Layers2 size={13} />}
            disabled={variant.state !== 'ready'}
            onClick={() => quantize(variant.id)}
          >
            Quantize to…
          </Button>
          <DiffWith variant={variant} all={all} />
          <TagMenu variants={[variant]} compact />
          {!variant.sample && (
            <Menu>
              <Menu.Target>
                <ActionIcon size={22} aria-label={`More for ${variant.fileName}`}>
                  <Ellipsis size={14} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => onForget([variant])}>Take off the list (the file stays)</Menu.Item>
                <Menu.Item color="red" leftSection={<Trash2 size={14} />} onClick={() => setDeleting(true)}>
                  Delete the file…
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
        {variant.problem && <Notice kind="bad">{variant.problem}</Notice>}
        {variant.notes.map((note) => (
          <Notice key={note} kind="caution">
            {note}
          </Notice>
        ))}
        {variant.hashProblem && <Notice kind="caution">No SHA-256: {variant.hashProblem}</Notice>}
        {variant.differs.length > 0 && (
          <Notice kind="caution">
            Its {differWords(variant.differs)} from most of its family. Comparing it with them says nothing of the
            quantization.
          </Notice>
        )}
        {twins.length > 0 && (
          <Notice kind="info">
            The same content lies at{' '}
            {twins.map((twin, index) => (
              <span key={twin.id} className={classes.path}>
                {index > 0 && ', '}
                {twin.path}
              </span>
            ))}
            .
          </Notice>
        )}
        <p className={classes.path} title="Where the file lies">
          {variant.path}
        </p>
        {problem && (
          <FailedState title="The file could not be read" retry={retry} kept="What was known of it is in the list.">
            {problem.message}
          </FailedState>
        )}
        {!problem && details === undefined && <SkeletonRows rows={12} label="Reading the file" />}
        {details && (
          <>
            <Section title="Architecture">
              <Facts
                facts={[
                  ['Architecture', details.header.architecture],
                  ['Weights', significant(details.header.parameters)],
                  ['Layers', details.header.layers],
                  ['Embedding', details.header.embeddingLength],
                  ['Context', `${whole(details.header.contextLength)} tokens`],
                  [
                    'Bits a weight',
                    details.header.bitsPerWeight === null ? null : significant(details.header.bitsPerWeight),
                  ],
                  ['Size', text(bytes(variant.sizeBytes))],
                  ['Files', variant.parts],
                  ['Licence', details.header.license],
                ]}
              />
            </Section>
            <Section title="Memory">
              <Facts
                facts={[
                  ['Weights', text(bytes(details.memory.weightsBytes))],
                  ['Context and rest', text(bytes(details.memory.contextBytes))],
                  [
                    'Together',
                    `${text(bytes(details.memory.totalBytes))}, ${details.memory.fits ? 'fits' : 'does not fit'}`,
                  ],
                  ['For models', roomInWords(details.memory)],
                  ['Context that fits', `${whole(details.memory.largestContext)} tokens`],
                ]}
              />
              <p className={classes.hint}>{details.memory.method}</p>
            </Section>
            <WhereUsed model={variant.id} />
            <Provenance variant={variant} />
            <Section title="Origin">
              <Facts
                facts={[
                  ['Made from', details.origin.baseModels.join(', ') || null],
                  ['Organization', details.origin.organization ?? details.header.author],
                  ['Quantized by', details.origin.quantizedBy],
                  ['Importance matrix', details.origin.imatrix?.file ?? null],
                  ['its data', details.origin.imatrix?.dataset ?? null],
                  ['Found by', variant.source === null ? null : `${variant.source}, ${variant.label}`],
                  ['Added', variant.sample ? 'with Assay' : moment(variant.addedAt)],
                ]}
              />
            </Section>
            <Section title="Hashes (SHA-256)">
              <Facts
                mono
                facts={[
                  ...details.hashes.files.map((file, index): [string, string] => [
                    details.hashes.files.length === 1 ? 'File' : `Part ${index + 1}`,
                    file.sha256 ?? variant.sha256 ?? 'not read yet',
                  ]),
                  ...(details.hashes.files.length > 1
                    ? [['All parts', variant.sha256] satisfies [string, string | null]]
                    : []),
                  ['Chat template', details.hashes.template ?? 'none'],
                  ['Special tokens', details.hashes.specialTokens],
                  ['Vocabulary', details.hashes.vocabulary],
                ]}
              />
            </Section>
            <Section title="Tokenizer">
              <Facts
                facts={[
                  ['Kind', details.header.tokenizer],
                  ['Tokens', whole(details.header.vocabularySize)],
                  ...details.specialTokens.map(({ role, id, text: token }): [string, string] => [
                    role,
                    `${id}${token === null ? '' : ` ${token}`}`,
                  ]),
                ]}
              />
            </Section>
            <Section title="Chat template">
              <Template template={details.template} example={details.example} />
            </Section>
            <Section title="Tensors">
              <Facts
                facts={details.tensorTypes.map(({ type, tensors, bytes: size }): [string, string] => [
                  type,
                  `${tensors}, ${text(bytes(size))}`,
                ])}
              />
            </Section>
            <Section title="Metadata">
              <Metadata entries={details.metadata} />
            </Section>
          </>
        )}
      </div>
      {deleting && <DeleteFile variant={variant} onClose={() => setDeleting(false)} />}
    </aside>
  );
}

function WhereUsed({ model }: { model: string }) {
  const uses = useWhereUsed(model);
  return (
    <Section title="Where it was used">
      {uses?.length === 0 && (
        <p className={classes.hint}>In no comparison, conversation, divergence run or blind test yet.</p>
      )}
      <ul className={classes.used}>
        {uses?.map(({ id, tab, what, title, at }) => (
          <li key={id}>
            <button type="button" onClick={() => go({ screen: 'compare', id, tab })}>
              <span>{title}</span>
              <span className={classes.when}>
                {what}, {moment(at)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Variants of its family stand first: they are what it is mostly held against. */
function DiffWith({ variant, all }: { variant: Variant; all: readonly Variant[] }) {
  const others = all
    .filter((other) => other.id !== variant.id && other.architecture === variant.architecture)
    .slice(0, 30);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="default" size="compact-xs" leftSection={<FileDiff size={13} />} disabled={others.length === 0}>
          Differences to…
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        {others.map((other) => (
          <Menu.Item key={other.id} onClick={() => go({ screen: 'models', id: variant.id, other: other.id })}>
            <span className={classes.quantization}>{other.quantization}</span> {legible(other.label ?? other.fileName)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
