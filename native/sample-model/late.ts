import { type HeldOutTask, isRight, type LatePlace, readHeldOutTasks, type SampleEngine, wilson } from './heldOut.ts';

/** So many tokens of earlier turns stand before a question; with it and its answer the last place ends near the context's 1,024. */
export const LATE_PLACES = [0, 100, 200, 400, 600, 800];
/** Their turns hang on others: they do not stand in between. */
const ALONE = ['recall', 'system-prompt'];
/** The four control tokens of a turn and its answer. */
const SIGNS = 4;

/**
 * Asks held-out questions late in a chat: at each place `perFamily` questions of each family, behind at least so many tokens of
 * other held-out questions and their right answers; and recall, where so many stand between what is told and what is asked for.
 * `tokens` is the mean of what stood there.
 */
export async function measureLate(
  engine: SampleEngine,
  places: readonly number[],
  perFamily: number,
): Promise<LatePlace[]> {
  const all = readHeldOutTasks();
  const tasks = all.filter(({ family }) => !ALONE.includes(family));
  const asked = [...Map.groupBy(tasks, ({ family }) => family).values()].flatMap((own) => own.slice(0, perFamily));
  const others = tasks.filter((task) => !asked.includes(task));
  const recalls = all.filter(({ family }) => family === 'recall').slice(0, 4 * perFamily);
  const found: LatePlace[] = [];
  for (const place of places) {
    let tokens = 0;
    const share = async (questions: readonly HeldOutTask[]) => {
      let right = 0;
      for (const [index, task] of questions.entries()) {
        const { before, length } = chatBefore(engine, others, index * 7, place);
        tokens += length;
        const told = task.turns.slice(0, -1).map((turn, at): [string, string] => [turn, task.answers[at] ?? '']);
        const { answers } = await engine.ask('', task.turns.slice(-1), { before: [...told, ...before] });
        if (isRight(task, answers.at(-1) ?? '')) right++;
      }
      return wilson(right, questions.length);
    };
    const [right, recalled] = [await share(asked), await share(recalls)];
    found.push({ tokens: Math.round(tokens / (asked.length + recalls.length)), ...right, recalled });
  }
  return found;
}

function chatBefore(engine: SampleEngine, others: readonly HeldOutTask[], first: number, place: number) {
  const before: [string, string][] = [];
  let length = 0;
  for (let at = first; length < place; at++) {
    const { turns, answers } = others[at % others.length] ?? { turns: [''], answers: [''] };
    const turn: [string, string] = [turns[0] ?? '', answers[0] ?? ''];
    before.push(turn);
    length += engine.model.tokenize(turn.join('')).length + SIGNS;
  }
  return { before, length };
}
