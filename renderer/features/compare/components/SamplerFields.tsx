import { NumberInput } from '@mantine/core';
import type { SamplerPreferences } from '../../../ui-state/index.ts';

type Setting = keyof SamplerPreferences;

const fields: {
  setting: Setting;
  label: string;
  hint: string;
  min: number;
  max: number;
  step: number;
  decimals: number;
  whenSampling: boolean;
}[] = [
  {
    setting: 'maxTokens',
    label: 'Tokens at most',
    hint: 'The answer is cut there.',
    min: 1,
    max: 100_000,
    step: 16,
    decimals: 0,
    whenSampling: false,
  },
  {
    setting: 'temperature',
    label: 'Temperature',
    hint: '0: always the likeliest.',
    min: 0,
    max: 5,
    step: 0.1,
    decimals: 2,
    whenSampling: false,
  },
  {
    setting: 'seed',
    label: 'Seed',
    hint: 'The same seed draws the same.',
    min: 0,
    max: 4_294_967_295,
    step: 1,
    decimals: 0,
    whenSampling: true,
  },
  {
    setting: 'topK',
    label: 'Top-k',
    hint: 'Draw from so many; 0: all.',
    min: 0,
    max: 100_000,
    step: 1,
    decimals: 0,
    whenSampling: true,
  },
  {
    setting: 'topP',
    label: 'Top-p',
    hint: 'Draw from this share.',
    min: 0,
    max: 1,
    step: 0.01,
    decimals: 3,
    whenSampling: true,
  },
  {
    setting: 'minP',
    label: 'Min-p',
    hint: 'Drop below this share.',
    min: 0,
    max: 1,
    step: 0.01,
    decimals: 3,
    whenSampling: true,
  },
  {
    setting: 'repeatPenalty',
    label: 'Repeat penalty',
    hint: '1: none.',
    min: 0.5,
    max: 3,
    step: 0.05,
    decimals: 2,
    whenSampling: false,
  },
];

const alternativesHint = 'Likeliest tokens; slower.';

interface Props {
  sampler: SamplerPreferences;
  alternatives: number;
  /** Each answer draws a seed of its own: the field is not asked. */
  newSeeds?: boolean;
  /** Without the hints under the labels; they show on hover. */
  isCompact?: boolean;
  onSampler(sampler: SamplerPreferences): void;
  onAlternatives(alternatives: number): void;
}

/** How tokens are drawn, a number each. */
export function SamplerFields({
  sampler,
  alternatives,
  newSeeds = false,
  isCompact = false,
  onSampler,
  onAlternatives,
}: Props) {
  const greedy = sampler.temperature === 0;
  return (
    <>
      {fields.map((field) => (
        <NumberInput
          key={field.setting}
          label={field.label}
          description={isCompact ? undefined : field.hint}
          title={isCompact ? field.hint : undefined}
          value={sampler[field.setting]}
          onChange={(value) => {
            if (typeof value === 'number')
              onSampler({ ...sampler, [field.setting]: Math.min(field.max, Math.max(field.min, value)) });
          }}
          min={field.min}
          max={field.max}
          step={field.step}
          decimalScale={field.decimals}
          clampBehavior="strict"
          disabled={(greedy && field.whenSampling) || (newSeeds && field.setting === 'seed')}
        />
      ))}
      <NumberInput
        label="Alternatives kept"
        description={isCompact ? undefined : alternativesHint}
        title={isCompact ? alternativesHint : undefined}
        value={alternatives}
        onChange={(value) => {
          if (typeof value === 'number') onAlternatives(value);
        }}
        min={0}
        max={20}
        clampBehavior="strict"
      />
    </>
  );
}
