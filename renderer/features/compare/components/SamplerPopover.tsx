import { Button, NumberInput, Popover, Textarea } from '@mantine/core';
import { SlidersHorizontal } from 'lucide-react';
import { draft, type Preferences, prefer, useDraft, usePreferences } from '../../../ui-state/index.ts';
import { samplerWords } from '../settings.ts';
import classes from './SamplerPopover.module.css';

type Setting = keyof Preferences['sampler'];

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

/** How tokens are drawn, for every column alike. */
export function SamplerPopover() {
  const preferences = usePreferences();
  const { stop, schema } = useDraft();
  const { sampler, alternatives } = preferences;
  const greedy = sampler.temperature === 0;
  return (
    <Popover width={540} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<SlidersHorizontal size={14} />}
          aria-label={`Sampler: ${samplerWords(preferences)}`}
        >
          {samplerWords(preferences)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Sampler">
        <div className={classes.grid}>
          {fields.map((field) => (
            <NumberInput
              key={field.setting}
              label={field.label}
              description={field.hint}
              value={sampler[field.setting]}
              onChange={(value) => {
                if (typeof value === 'number')
                  prefer({ sampler: { ...sampler, [field.setting]: Math.min(field.max, Math.max(field.min, value)) } });
              }}
              min={field.min}
              max={field.max}
              step={field.step}
              decimalScale={field.decimals}
              clampBehavior="strict"
              disabled={greedy && field.whenSampling}
            />
          ))}
          <NumberInput
            label="Alternatives kept"
            description="Likeliest tokens; slower."
            value={alternatives}
            onChange={(value) => {
              if (typeof value === 'number') prefer({ alternatives: value });
            }}
            min={0}
            max={20}
            clampBehavior="strict"
          />
        </div>
        <div className={classes.texts}>
          <Textarea
            label="Stop texts"
            description="One a line; the answer ends before it."
            value={stop.join('\n')}
            onChange={(event) =>
              draft({
                stop: event.currentTarget.value === '' ? [] : event.currentTarget.value.split('\n').slice(0, 16),
              })
            }
            onBlur={() => draft({ stop: stop.filter((text) => text !== '') })}
            autosize
            minRows={1}
            maxRows={4}
            classNames={{ input: 'mono' }}
          />
          <Textarea
            label="JSON schema"
            description="The answers must obey it; empty: free text."
            value={schema}
            onChange={(event) => draft({ schema: event.currentTarget.value })}
            autosize
            minRows={1}
            maxRows={6}
            classNames={{ input: 'mono' }}
            spellCheck={false}
          />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
