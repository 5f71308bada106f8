import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Check, ChevronDown, Ellipsis, Pencil, Plus, Save, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Preset } from '../../../../preload/contract/playground.ts';
import { useDraft, usePreferences } from '../../../ui-state/index.ts';
import { NameField } from '../components/NameField.tsx';
import { useRemovals } from '../useRemovals.ts';
import { applyPreset, matchesPreset, presetOf } from './asking.ts';
import { usePresets } from './data.ts';
import classes from './SettingsPanel.module.css';

/** Settings under names: apply one, keep the ones that are set. */
export function PresetsBar() {
  const { presets, save, rename, remove } = usePresets();
  const removals = useRemovals();
  const playground = usePreferences((preferences) => preferences.playground);
  const chat = useDraft((written) => written.chat);
  const [applied, setApplied] = useState<string | null>(null);
  const [naming, setNaming] = useState<'new' | 'rename' | null>(null);
  // Own ones say more than those that come with Assay, and stand behind them.
  const current = presets.findLast(({ settings }) => matchesPreset(settings, playground, chat));
  /** The own one that was applied or saved last: what saving over, renaming and deleting mean. */
  const own = presets.find(({ id, builtIn }) => !builtIn && id === (applied ?? current?.id));

  function apply(preset: Preset) {
    applyPreset(preset.settings);
    setApplied(preset.id);
  }

  function named(name: string | null | undefined) {
    const asked = naming;
    setNaming(null);
    if (!name) return;
    if (asked === 'rename' && own !== undefined) rename.mutate({ id: own.id, name });
    if (asked === 'new')
      save.mutate(
        { name, settings: presetOf() },
        {
          onSuccess: ({ id }) => {
            setApplied(id);
            notifications.show({ message: `Kept as the preset “${name}”.` });
          },
        },
      );
  }

  if (naming !== null)
    return <NameField label="Name of the preset" name={naming === 'rename' ? (own?.name ?? '') : ''} onDone={named} />;
  return (
    <div className={classes.presets}>
      <Menu position="bottom-start" width="target">
        <Menu.Target>
          <Button
            variant="default"
            fullWidth
            justify="space-between"
            rightSection={<ChevronDown size={13} className="dim" />}
            aria-label={`Preset: ${current?.name ?? 'own settings'}`}
          >
            {current?.name ?? 'Own settings'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {presets.map((preset) => (
            <Menu.Item
              key={preset.id}
              onClick={() => apply(preset)}
              rightSection={preset.id === current?.id && <Check size={13} aria-label="as it is set" />}
            >
              {preset.name}
              <span className={classes.about}>{aboutOf(preset)}</span>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label="Keep, rename, delete">
            <ActionIcon variant="default" size={28} aria-label="More for presets">
              <Ellipsis size={14} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Plus size={14} />} onClick={() => setNaming('new')}>
            Keep as a new preset
          </Menu.Item>
          {own !== undefined && (
            <>
              <Menu.Item
                leftSection={<Save size={14} />}
                onClick={() => save.mutate({ id: own.id, name: own.name, settings: presetOf() })}
              >
                Save over “{own.name}”
              </Menu.Item>
              <Menu.Item leftSection={<Pencil size={14} />} onClick={() => setNaming('rename')}>
                Rename “{own.name}”
              </Menu.Item>
              <Menu.Item
                leftSection={<Trash2 size={14} />}
                onClick={() => void removals(remove.mutateAsync(own.id), `Preset “${own.name}” deleted.`)}
              >
                Delete “{own.name}”
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function aboutOf({ settings: { sampler, system, schema } }: Preset): string {
  const parts = [sampler.temperature === 0 ? 'temperature 0' : `temperature ${sampler.temperature}`];
  if (system) parts.push('system prompt');
  if (schema) parts.push('JSON schema');
  return parts.join(', ');
}
