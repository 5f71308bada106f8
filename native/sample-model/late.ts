import { type HeldOutTask, isRight, type LatePlace, readHeldOutTasks, type SampleEngine, wilson } from './heldOut.ts';

/** So many tokens of earlier turns stand before a question; with it and its answer the last place ends near the context's 1,024. */
export const LATE_PLACES = [0, 100, 200, 400, 600, 800];
/** Their turns hang on others: they neither stand in between nor are they asked behind others. */
const ALONE = ['recall', 'system-prompt'];
/** The four control tokens of a turn and its answer. */
const SIGNS = 4;

/**
 * Asks held-out questions late in a chat: at each place `perFamily` questions of each family, behind at least so many tokens of
 * other held-out questions and their right answers. `tokens` is the mean of what stood before them.
 */
export async function measureLate(
  engine: SampleEngine,
  places: readonly number[],
  perFamily: number,
): Promise<LatePlace[]> {
  const tasks = readHeldOutTasks().filter(({ family }) => !ALONE.includes(family));
  const asked = [...Map.groupBy(tasks, ({ family }) => family).values()].flatMap((own) => own.slice(0, perFamily));
  const others = tasks.filter((task) => !asked.includes(task));
  const found: LatePlace[] = [];
  for (const place of places) {
    let [tokens, right] = [0, 0];
    for (const [index, task] of asked.entries()) {
      const { before, length } = chatBefore(engine, others, index * 7, place);
      tokens += length;
      const { answers } = await engine.ask('', task.turns, { before });
      if (isRight(task, answers.at(-1) ?? '')) right++;
    }
    found.push({ tokens: Math.round(tokens / asked.length), ...wilson(right, asked.length) });
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
