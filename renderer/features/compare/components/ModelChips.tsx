import { ActionIcon, Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { ChevronDown, Star, Trash2, X } from 'lucide-react';
import type { Model } from '../../../../preload/contract/models.ts';
import { VariantChip } from '../../../design/index.ts';
import { prefer, usePreferences, useVariantSlots } from '../../../ui-state/index.ts';
import { describeReference } from '../naming.ts';
import { MemoryLabel } from './MemoryLabel.tsx';
import classes from './ModelChips.module.css';
import { ModelPicker } from './ModelPicker.tsx';

const most = 8;

/** The reference and its candidates: add, remove, exchange. */
export function ModelChips({ models }: { models: readonly Model[] }) {
  const chosen = usePreferences((preferences) => preferences.models);
  const described = chosen.map((reference) => describeReference(reference, models));
  const slotOf = useVariantSlots(described.map((model) => model.key));

  const remove = (index: number) => prefer({ models: chosen.filter((_, at) => at !== index) });
  const makeReference = (index: number) =>
    prefer({ models: [chosen[index] ?? '', ...chosen.filter((_, at) => at !== index)] });

  return (
    <div className={classes.row}>
      {described.map((model, index) => (
        <div key={`${index} ${chosen[index]}`} className={classes.entry}>
          {index < 2 && (
            <span className={classes.role}>
              {index === 0 ? 'Reference' : described.length > 2 ? 'Candidates' : 'Candidate'}
            </span>
          )}
          <div className={classes.chip} data-problem={model.problem !== null || undefined}>
            <Menu position="bottom-start">
              <Menu.Target>
                <UnstyledButton className={classes.body}>
                  <span className="visually-hidden">{index === 0 ? 'Reference: ' : 'Candidate: '}</span>
                  <VariantChip plain slot={slotOf(model.key)} name={model.name} quantization={model.quantization} />
                  <ChevronDown size={12} className="dim" aria-hidden="true" />
                </UnstyledButton>
              </Menu.Target>
              <Menu.Dropdown>
                {model.problem ? (
                  <Menu.Label>{model.problem}</Menu.Label>
                ) : (
                  <MemoryLabel reference={chosen[index] ?? ''} />
                )}
                {index > 0 && (
                  <Menu.Item leftSection={<Star size={14} />} onClick={() => makeReference(index)}>
                    Make it the reference
                  </Menu.Item>
                )}
                <Menu.Item leftSection={<Trash2 size={14} />} onClick={() => remove(index)}>
                  Remove from the comparison
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
            <Tooltip label="Remove">
              <ActionIcon
                size={20}
                onClick={() => remove(index)}
                aria-label={`Remove ${model.name} ${model.quantization}`}
              >
                <X size={12} />
              </ActionIcon>
            </Tooltip>
          </div>
        </div>
      ))}
      {chosen.length < most ? (
        <ModelPicker
          models={models}
          chosen={described.map((model) => model.key)}
          label={chosen.length === 0 ? 'Add reference' : 'Add candidate'}
        />
      ) : (
        <span className="dim">8 models, the most that one comparison takes.</span>
      )}
    </div>
  );
}
