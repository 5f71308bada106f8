import { Button, Popover } from '@mantine/core';
import { SlidersHorizontal } from 'lucide-react';
import { draft, prefer, useDraft, usePreferences } from '../../../ui-state/index.ts';
import { samplerWords } from '../settings.ts';
import { SamplerFields } from './SamplerFields.tsx';
import classes from './SamplerPopover.module.css';
import { SchemaField, StopTexts } from './SamplerTexts.tsx';

/** How tokens are drawn, for every column alike. */
export function SamplerPopover() {
  const preferences = usePreferences();
  const { stop, schema } = useDraft();
  const { sampler, alternatives } = preferences;
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
          <SamplerFields
            sampler={sampler}
            alternatives={alternatives}
            onSampler={(sampler) => prefer({ sampler })}
            onAlternatives={(alternatives) => prefer({ alternatives })}
          />
        </div>
        <div className={classes.texts}>
          <StopTexts stop={stop} onStop={(stop) => draft({ stop })} />
          <SchemaField schema={schema} onSchema={(schema) => draft({ schema })} />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
