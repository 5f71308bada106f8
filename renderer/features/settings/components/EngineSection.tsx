import { Button, Switch } from '@mantine/core';
import type { EngineSettings, EngineStatus } from '../../../../preload/contract/engine.ts';
import { FailedState, Notice, SkeletonRows, VariantChip } from '../../../design/index.ts';
import { bytes, plural, text } from '../../../lib/numbers.ts';
import { useVariantSlots } from '../../../ui-state/index.ts';
import { useEngine, useEngineSettings, useUnload } from '../data.ts';
import classes from '../SettingsPage.module.css';
import { Backends } from './Backends.tsx';
import { Row } from './Row.tsx';
import { SavedNumber } from './SavedNumber.tsx';

export function EngineSection() {
  const { engine, problem, retry } = useEngine();
  const save = useEngineSettings();
  const unload = useUnload();
  const slotOf = useVariantSlots([...(engine?.loaded ?? []), ...(engine?.down ?? [])].map((model) => model.modelId));
  if (problem) {
    return (
      <>
        <h1>Engine</h1>
        <FailedState title="The engine’s state could not be read" retry={() => void retry()}>
          {problem.message}
        </FailedState>
      </>
    );
  }
  if (engine === undefined) {
    return (
      <>
        <h1>Engine</h1>
        <SkeletonRows rows={8} label="Reading the engine’s settings" />
      </>
    );
  }
  const { settings } = engine;
  return (
    <>
      <h1>Engine</h1>
      <p className={classes.lead}>
        llama.cpp <span className="mono">{engine.release}</span>, {plural(engine.physicalCores, 'physical core')},{' '}
        {text(bytes(engine.memoryBytes))} of memory. Each loaded model runs in a process of its own.
      </p>
      {save.problem && <Notice kind="bad">{save.problem.message}</Notice>}
      <section className={classes.group} aria-label="Decoding">
        <Row
          label="Threads"
          hint={`For decoding; at most the ${plural(engine.physicalCores, 'physical core')}. A small model is fastest with one.`}
        >
          <SavedNumber
            label="Threads"
            value={settings.threads}
            min={1}
            max={engine.physicalCores}
            onSave={(threads) => save.mutate({ threads })}
          />
        </Row>
        <Row
          label="Context"
          hint="Tokens, when a comparison asks for no other; bounded by what the model was trained on and by memory."
        >
          <SavedNumber
            label="Context in tokens"
            value={settings.contextSize}
            min={256}
            max={1_048_576}
            step={256}
            onSave={(contextSize) => save.mutate({ contextSize })}
          />
        </Row>
        <Row label="Unload when idle" hint="Minutes without a request after which a model leaves the memory.">
          <SavedNumber
            label="Minutes until an idle model is unloaded"
            value={settings.idleMinutes}
            min={1}
            max={1440}
            suffix=" min"
            onSave={(idleMinutes) => save.mutate({ idleMinutes })}
          />
        </Row>
        <Memory engine={engine} onSave={(mostMemoryBytes) => save.mutate({ mostMemoryBytes })} />
      </section>
      <h2>Backends</h2>
      <Backends settings={settings} onSave={(change) => save.mutate(change)} />
      <h2>Loaded models</h2>
      {unload.problem && <Notice kind="bad">{unload.problem.message}</Notice>}
      <section className={classes.group} aria-label="Loaded models">
        {engine.loaded.length === 0 && engine.down.length === 0 && (
          <p className={classes.none}>
            None. A model is loaded when a comparison asks it, and leaves after {settings.idleMinutes} min.
          </p>
        )}
        {engine.down.map((model) => (
          <div key={model.modelId} className={classes.row}>
            <div className={classes.rowWords}>
              <VariantChip plain slot={slotOf(model.modelId)} name={model.name} quantization={model.quantization} />
              <span className={classes.rowHint}>Stays down: {model.reason}</span>
            </div>
            <Button
              variant="default"
              onClick={() => unload.mutate(model.modelId)}
              aria-label={`Let ${model.name} ${model.quantization} start again`}
            >
              Let it start again
            </Button>
          </div>
        ))}
        {engine.loaded.map((model) => (
          <div key={model.modelId} className={classes.row}>
            <div className={classes.rowWords}>
              <VariantChip plain slot={slotOf(model.modelId)} name={model.name} quantization={model.quantization} />
              <span className={classes.rowHint}>
                {model.memoryBytes > 0 && `${text(bytes(model.memoryBytes))} resident, `}context {model.contextSize}{' '}
                tokens, {plural(model.threads, 'thread')}, {model.gpu.toUpperCase()}, {model.state}
              </span>
            </div>
            <Button
              variant="default"
              onClick={() => unload.mutate(model.modelId)}
              aria-label={`Unload ${model.name} ${model.quantization}`}
            >
              Unload
            </Button>
          </div>
        ))}
      </section>
    </>
  );
}

const gibibyte = 2 ** 30;

function Memory({
  engine: { settings, memoryBytes },
  onSave,
}: {
  engine: EngineStatus;
  onSave(bytes: EngineSettings['mostMemoryBytes']): void;
}) {
  const { mostMemoryBytes } = settings;
  const isAutomatic = mostMemoryBytes === 'auto';
  return (
    <Row
      label="Most memory for models"
      hint={`For all that are loaded, together. Automatic: what is free of the ${text(bytes(memoryBytes))}. Idle models leave for the next one; one that still does not fit is refused.`}
    >
      <Switch
        aria-label="Most memory for models: automatic"
        label="Automatic"
        checked={isAutomatic}
        onChange={(event) =>
          onSave(event.currentTarget.checked ? 'auto' : Math.max(1, Math.floor(memoryBytes / 2 / gibibyte)) * gibibyte)
        }
      />
      {!isAutomatic && (
        <SavedNumber
          label="Most memory for models in GiB"
          value={mostMemoryBytes / gibibyte}
          min={0.25}
          max={Math.max(0.25, Math.floor((memoryBytes / gibibyte) * 4) / 4)}
          step={0.25}
          suffix=" GiB"
          onSave={(size) => onSave(Math.round(size * gibibyte))}
        />
      )}
    </Row>
  );
}
