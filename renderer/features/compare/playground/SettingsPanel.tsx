import { ActionIcon, NumberInput, Switch, Textarea, Tooltip } from '@mantine/core';
import { PanelRightClose } from 'lucide-react';
import { draftChat, preferInPlayground, useDraft, usePreferences } from '../../../ui-state/index.ts';
import { SamplerFields } from '../components/SamplerFields.tsx';
import { SchemaField, StopTexts } from '../components/SamplerTexts.tsx';
import { PresetsBar } from './PresetsBar.tsx';
import classes from './SettingsPanel.module.css';

/** How the next answer is asked for. What was answered keeps the settings that it had. */
export function SettingsPanel({ onHide }: { onHide(): void }) {
  const { sampler, alternatives, newSeeds, contextSize } = usePreferences((preferences) => preferences.playground);
  const { system, schema, stop } = useDraft((written) => written.chat);
  return (
    <aside className={classes.panel} aria-label="Settings of the playground">
      <header>
        <h2>Settings</h2>
        <Tooltip label="Hide settings">
          <ActionIcon onClick={onHide} aria-label="Hide settings">
            <PanelRightClose size={14} />
          </ActionIcon>
        </Tooltip>
      </header>
      <div className={classes.body}>
        <PresetsBar />
        <Textarea
          label="System prompt"
          description="Before all turns; empty: the template’s."
          value={system}
          onChange={(event) => draftChat({ system: event.currentTarget.value })}
          autosize
          minRows={2}
          maxRows={8}
        />
        <div className={classes.grid}>
          <SamplerFields
            sampler={sampler}
            alternatives={alternatives}
            newSeeds={newSeeds}
            isCompact
            onSampler={(sampler) => preferInPlayground({ sampler })}
            onAlternatives={(alternatives) => preferInPlayground({ alternatives })}
          />
          <NumberInput
            label="Context"
            title="Tokens of context; empty: as the engine’s settings have it."
            placeholder="as usual"
            value={contextSize ?? ''}
            onChange={(value) => {
              if (value === '') preferInPlayground({ contextSize: null });
              else if (typeof value === 'number' && value >= 16) preferInPlayground({ contextSize: value });
            }}
            min={16}
            max={10_000_000}
            step={1024}
            allowDecimal={false}
          />
        </div>
        <Switch
          size="xs"
          label="New seed for each answer"
          checked={newSeeds}
          onChange={(event) => preferInPlayground({ newSeeds: event.currentTarget.checked })}
          disabled={sampler.temperature === 0}
        />
        <SchemaField schema={schema} onSchema={(schema) => draftChat({ schema })} />
        <StopTexts stop={stop} onStop={(stop) => draftChat({ stop })} />
      </div>
    </aside>
  );
}
