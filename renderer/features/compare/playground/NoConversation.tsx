import { Button } from '@mantine/core';
import { MessagesSquare } from 'lucide-react';
import type { Model } from '../../../../preload/contract/models.ts';
import { EmptyState } from '../../../design/index.ts';
import { preferInPlayground } from '../../../ui-state/index.ts';
import classes from './PlaygroundTab.module.css';

/** What the sample model has learnt to answer. */
const suggestions = [
  'What is the capital of France?',
  'What is 41 + 27?',
  'Sort these letters: d a c b',
  'Continue this story: Once a grey hen saw a key near the bridge.',
];

interface Props {
  model: string | null;
  models: readonly Model[];
  onAsk(text: string): void;
}

/** Before the first turn: the next thing to do. */
export function NoConversation({ model, models, onAsk }: Props) {
  const sample =
    models.find((one) => one.sample && one.header?.quantization === 'F16') ?? models.find((one) => one.sample);
  if (model === null) {
    return (
      <EmptyState
        icon={MessagesSquare}
        title="No model chosen"
        action={
          sample && <Button onClick={() => preferInPlayground({ model: sample.id })}>Take the sample model</Button>
        }
      >
        Choose a model to talk with: a known one, or the path of any GGUF file.
      </EmptyState>
    );
  }
  const isSample = models.some((one) => one.id === model && one.sample);
  return (
    <EmptyState
      icon={MessagesSquare}
      title="Nothing said yet"
      action={
        isSample && (
          <div className={classes.suggestions}>
            {suggestions.map((text) => (
              <Button key={text} variant="default" onClick={() => onAsk(text)}>
                {text}
              </Button>
            ))}
          </div>
        )
      }
    >
      {isSample
        ? 'Write below, or begin with something that the sample model has learnt.'
        : 'Write below. Each answer shows how probable its tokens were; edits and new answers become branches, and nothing is lost.'}
    </EmptyState>
  );
}
