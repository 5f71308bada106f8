import { ActionIcon, Button } from '@mantine/core';
import { X } from 'lucide-react';
import { useState } from 'react';
import type { FoundPlace } from '../../../../preload/contract/models.ts';
import { FailedState, SkeletonRows } from '../../../design/index.ts';
import { legible } from '../../../lib/legible.ts';
import { bytes, plural, text } from '../../../lib/numbers.ts';
import { useFound } from '../data.ts';
import type { Importing } from '../importing.ts';
import { change, useModelsState } from '../state.ts';
import classes from './FoundPanel.module.css';

/** Models that LM Studio, Ollama, Hugging Face's tools and llama.cpp keep on this machine; they are read where they lie. */
export function FoundPanel({ importing }: { importing: Importing }) {
  const { places, problem, retry } = useFound(true);
  const underWay = useModelsState((state) => state.importing !== null);
  return (
    <section className={classes.panel} aria-label="Models of other programs">
      <header>
        <h2>On this machine already</h2>
        <ActionIcon
          size={22}
          onClick={() => change({ foundOpen: false })}
          aria-label="Close the models of other programs"
        >
          <X size={13} />
        </ActionIcon>
      </header>
      {problem && (
        <FailedState title="The folders could not be looked at" retry={retry}>
          {problem.message}
        </FailedState>
      )}
      {!problem && places === undefined && <SkeletonRows rows={3} label="Looking at the folders of other programs" />}
      {places?.length === 0 && (
        <p className={classes.none}>
          Nothing was found in the usual folders of LM Studio, Ollama, Hugging Face and llama.cpp. Models in other
          folders come in by “Add models”.
        </p>
      )}
      {places?.map((place) => (
        <Place
          key={place.folder}
          place={place}
          busy={underWay}
          onAdd={() => importing.take({ found: [place.folder] })}
        />
      ))}
    </section>
  );
}

function Place({ place, busy, onAdd }: { place: FoundPlace; busy: boolean; onAdd(): void }) {
  const [shown, setShown] = useState(false);
  const { program, folder, models, problems } = place;
  const fresh = models.filter(({ inLibrary }) => !inLibrary);
  const size = models.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return (
    <div className={classes.place}>
      <div className={classes.head}>
        <strong>{program}</strong>
        <span className={classes.folder} title={folder}>
          {folder}
        </span>
        <span className={classes.size}>
          {plural(models.length, 'model')}, {text(bytes(size))}
        </span>
        <Button variant="subtle" color="gray" size="compact-xs" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? 'Hide' : 'Show'}
        </Button>
        <Button
          size="compact-xs"
          disabled={fresh.length === 0 || busy}
          onClick={onAdd}
          aria-label={`Add the models of ${program} in ${folder}`}
        >
          {fresh.length === 0 ? 'All in the list' : `Add ${fresh.length}`}
        </Button>
      </div>
      {shown && (
        <ul className={classes.models}>
          {models.map((model) => (
            <li key={model.path}>
              <span title={legible(model.path)}>{legible(model.name)}</span>
              <span className={classes.size}>{text(bytes(model.sizeBytes))}</span>
              <span className={classes.state}>{model.inLibrary ? 'in the list' : ''}</span>
            </li>
          ))}
          {problems.map((sentence) => (
            <li key={sentence} className={classes.problem}>
              {sentence}
            </li>
          ))}
        </ul>
      )}
      {!shown && problems.length > 0 && (
        <p className={classes.problem}>
          {problems.length === 1 ? problems[0] : `${problems.length} things there could not be read.`}
        </p>
      )}
    </div>
  );
}
