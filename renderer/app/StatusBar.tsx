import { Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronUp } from 'lucide-react';
import type { LoadedModel } from '../../preload/contract/engine.ts';
import type { Job } from '../../preload/contract/jobs.ts';
import { useApi } from '../api/index.ts';
import { VariantChip } from '../design/index.ts';
import { bytes, plural, significant, text } from '../lib/numbers.ts';
import { togglePanel, usePanels, useVariantSlots } from '../ui-state/index.ts';
import { JobTray } from './JobTray.tsx';
import classes from './StatusBar.module.css';
import { isActive, useJobs } from './useJobs.ts';

const stateWords: Record<LoadedModel['state'], string> = {
  starting: 'starting',
  loading: 'loading',
  ready: 'idle',
  busy: 'decoding',
  stopping: 'unloading',
};

/** What is loaded, what runs, and the job tray. */
export function StatusBar() {
  const { options } = useApi();
  const engine = useQuery(options.engine.status.queryOptions());
  const { jobs, problem } = useJobs();
  const open = usePanels((panels) => panels.tray);
  const loaded = engine.data?.loaded ?? [];
  const slotOf = useVariantSlots(loaded.map((model) => model.modelId));
  const active = jobs.filter(isActive);
  return (
    <footer className={classes.bar}>
      <section className={classes.models} aria-label="Models in memory">
        {loaded.length === 0 && (
          <span className={classes.none}>
            {engine.isError ? 'The engine’s state could not be read' : 'No model loaded'}
          </span>
        )}
        {loaded.map((model) => (
          <Tooltip
            key={model.modelId}
            label={`${model.name} ${model.quantization}: ${stateWords[model.state]}, ${memoryWords(model)}context ${model.contextSize} tokens, ${plural(model.threads, 'thread')}, ${model.gpu.toUpperCase()}`}
          >
            <span className={classes.model} data-busy={model.state === 'busy' || undefined}>
              <VariantChip
                plain
                slot={slotOf(model.modelId)}
                name={model.name}
                quantization={model.quantization}
                detail={`${memoryShort(model)}${stateWords[model.state]}`}
              />
            </span>
          </Tooltip>
        ))}
      </section>
      <button
        type="button"
        className={classes.tray}
        onClick={() => togglePanel('tray')}
        aria-expanded={open}
        aria-controls="job-tray"
      >
        {problem ? 'The jobs could not be read' : trayWords(jobs, active)}
        {open ? <ChevronDown size={13} aria-hidden="true" /> : <ChevronUp size={13} aria-hidden="true" />}
      </button>
      {open && <JobTray jobs={jobs} />}
    </footer>
  );
}

/** Nothing until the engine's process was measured for the first time. */
function memoryWords({ memoryBytes }: LoadedModel): string {
  return memoryBytes > 0 ? `${text(bytes(memoryBytes))} resident, ` : '';
}

function memoryShort({ memoryBytes }: LoadedModel): string {
  return memoryBytes > 0 ? `${text(bytes(memoryBytes))}, ` : '';
}

function trayWords(jobs: readonly Job[], active: readonly Job[]): string {
  const [first] = active;
  if (first !== undefined) {
    const { progress } = first;
    const share = progress && progress.total > 0 ? ` ${Math.round((progress.done / progress.total) * 100)} %` : '';
    const pace =
      progress?.unit === 'bytes'
        ? text(bytes(progress.rate ?? 0))
        : `${significant(progress?.rate ?? 0)} ${progress?.unit}`;
    const rate = progress?.rate ? `, ${pace}/s` : '';
    return `${plural(active.length, 'job')} running:${share || ' starting'}${rate}`;
  }
  const broken = jobs.filter((job) => job.state === 'failed' || job.state === 'interrupted').length;
  if (broken > 0) return `${plural(broken, 'job needs', 'jobs need')} you`;
  return jobs.length === 0 ? 'No jobs' : `${plural(jobs.length, 'job')} ended`;
}
