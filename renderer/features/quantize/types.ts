import { needsImportance, type QuantizationType, quantizationType } from '../../../preload/contract/quantize.ts';

/** Types by what sets them apart, smallest first within each. */
export const typeGroups = [
  {
    name: 'K-quants',
    hint: 'The usual choice.',
    types: quantizationType.options.filter((one) => /^Q\d_K/.test(one)),
  },
  {
    name: 'i-quants and ternary',
    hint: 'Smaller at the same loss, slower on a processor; best with an importance matrix.',
    types: quantizationType.options.filter((one) => /^(IQ|TQ)/.test(one)),
  },
  {
    name: 'Plain blocks',
    hint: 'Older, fast, larger at the same loss.',
    types: quantizationType.options.filter((one) => /^Q\d_\d$/.test(one) || one === 'MXFP4_MOE'),
  },
  {
    name: 'Floats',
    hint: 'Not quantized.',
    types: quantizationType.options.filter((one) => /^(B?F\d+)$/.test(one)),
  },
] satisfies { name: string; hint: string; types: QuantizationType[] }[];

/** Of these types, those that llama.cpp refuses to make without an importance matrix. */
export function withoutImportance(types: readonly QuantizationType[]): QuantizationType[] {
  return types.filter((one) => needsImportance.includes(one));
}
