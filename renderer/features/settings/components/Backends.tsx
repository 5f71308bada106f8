import { Select, Switch } from '@mantine/core';
import type { EngineSettings, GpuChoice } from '../../../../preload/contract/engine.ts';
import { FailedState, SkeletonRows } from '../../../design/index.ts';
import { useBackends } from '../data.ts';
import classes from '../SettingsPage.module.css';
import { Row } from './Row.tsx';
import { SavedNumber } from './SavedNumber.tsx';

const names: Record<GpuChoice, string> = {
  auto: 'Best that was found',
  cuda: 'CUDA',
  metal: 'Metal',
  vulkan: 'Vulkan',
  cpu: 'CPU only',
};

/** What this machine can run models on. It is looked for when this is shown, and not before. */
export function Backends({
  settings,
  onSave,
}: {
  settings: EngineSettings;
  onSave(change: Partial<EngineSettings>): void;
}) {
  const { backends, problem, retry } = useBackends();
  if (problem)
    return (
      <FailedState title="The backends could not be read" retry={() => void retry()}>
        {problem.message}
      </FailedState>
    );
  if (backends === undefined) return <SkeletonRows rows={4} label="Reading the backends" />;
  return (
    <section className={classes.group} aria-label="Backends">
      <Row label="Run on" hint="Takes effect when a model is loaded next.">
        <Select
          aria-label="Run on"
          value={settings.gpu}
          onChange={(gpu) => {
            if (gpu) onSave({ gpu: gpu as GpuChoice });
          }}
          data={[
            { value: 'auto', label: names.auto },
            ...backends.map((backend) => ({ value: backend.name, label: names[backend.name] })),
          ]}
        />
      </Row>
      <Layers settings={settings} onSave={(gpuLayers) => onSave({ gpuLayers })} />
      <table className={classes.table}>
        <caption className="visually-hidden">Backends that this platform could use</caption>
        <thead>
          <tr>
            <th scope="col">Backend</th>
            <th scope="col">State</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {backends.map((backend) => (
            <tr key={backend.name} data-state={backend.state}>
              <th scope="row">{backend.name === 'cpu' ? 'CPU' : names[backend.name]}</th>
              <td className={classes.state}>{backend.state}</td>
              <td>{reasonWords(backend.reason)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Layers({ settings, onSave }: { settings: EngineSettings; onSave(layers: EngineSettings['gpuLayers']): void }) {
  const { gpuLayers } = settings;
  return (
    <Row label="Layers on the GPU" hint="Automatic: as many as its memory holds.">
      <Switch
        label="Automatic"
        checked={gpuLayers === 'auto'}
        onChange={(event) => onSave(event.currentTarget.checked ? 'auto' : 0)}
      />
      {gpuLayers !== 'auto' && (
        <SavedNumber label="Layers on the GPU" value={gpuLayers} min={0} max={1000} onSave={onSave} />
      )}
    </Row>
  );
}

/** llama.cpp lists what the processor can as `AVX2 = 1 | FMA = 1 |`. */
function reasonWords(reason: string): string {
  const features = [...reason.matchAll(/(\w+) = 1/g)].map((found) => found[1]);
  if (features.length > 0) return features.join(', ');
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}
