import type { Variant } from '../../../../preload/contract/models.ts';
import type { Quantization } from '../../../../preload/contract/quantize.ts';
import { Notice } from '../../../design/index.ts';
import { duration, moment, plural, text } from '../../../lib/numbers.ts';
import { useProvenance } from '../data.ts';
import { Facts } from './Facts.tsx';
import { Section } from './Section.tsx';

function ownTypes({ tensorTypes, outputType, embeddingType }: Quantization): string | null {
  const named = [
    ...tensorTypes.map(({ pattern, type }) => `${pattern} ${type}`),
    ...(outputType === null ? [] : [`output ${outputType}`]),
    ...(embeddingType === null ? [] : [`token embeddings ${embeddingType}`]),
  ];
  return named.join(', ') || null;
}

/** How Assay made the file, where it did: from what, with which matrix and release. */
export function Provenance({ variant }: { variant: Variant }) {
  const made = useProvenance(variant.path);
  if (made === undefined) return null;
  const isOther = variant.sha256 !== null && variant.sha256 !== made.sha256;
  return (
    <Section title="Made by Assay">
      {isOther && (
        <Notice kind="caution">
          The file is another one than the one that was made here: its SHA-256 differs. What follows is not its story.
        </Notice>
      )}
      <Facts
        facts={[
          ['Quantized to', made.type],
          ['From', made.referenceFile],
          ['whose SHA-256 is', made.referenceSha256],
          ['Importance matrix', made.imatrixSha256 ?? 'none'],
          ['llama.cpp', made.engineRelease],
          ['When', `${moment(made.createdAt)}, in ${text(duration(made.seconds * 1000))}`],
          ['Own types', ownTypes(made)],
          [
            'Other types',
            made.fallbacks.length === 0
              ? null
              : `${plural(made.fallbacks.length, 'tensor')} fell back, as their rows do not fit`,
          ],
        ]}
      />
    </Section>
  );
}
