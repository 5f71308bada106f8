import { Button } from '@mantine/core';
import { Notice } from '../../../design/index.ts';

/** Answers stopped coming in, and those that had come are still shown. */
export function CutOff({ problem, retry }: { problem: { message: string }; retry(): void }) {
  return (
    <Notice
      kind="caution"
      action={
        <Button variant="subtle" onClick={retry}>
          Try again
        </Button>
      }
    >
      {problem.message} What had come is shown.
    </Notice>
  );
}
