import { getLlama } from 'node-llama-cpp';

/** The floor that decode.bench.ts measures against: node-llama-cpp's own loop in a process of its own, nothing done with a token. */
export interface BareOrder {
  path: string;
  contextSize: number;
  threads: number;
  prompt: string;
  count: number;
  temperature: number;
}

let sequence: Awaited<ReturnType<typeof open>> | undefined;

process.on('message', async (order: BareOrder) => {
  sequence ??= await open(order);
  const { model, tokens } = sequence;
  const { user, system } = process.cpuUsage();
  await tokens.clearHistory();
  const at: number[] = [];
  const options = { temperature: order.temperature, seed: 7, topK: 40, topP: 0.95, minP: 0.05 };
  for await (const _ of tokens.evaluate(model.tokenize(order.prompt, true), options)) {
    at.push(performance.now());
    if (at.length === order.count) break;
  }
  const used = process.cpuUsage({ user, system });
  process.send?.({ at, cpuUs: used.user + used.system });
});
process.on('disconnect', () => process.exit(0));

async function open({ path, contextSize, threads }: BareOrder) {
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 0, progressLogs: false });
  const model = await llama.loadModel({ modelPath: path });
  const context = await model.createContext({ contextSize, threads, batchSize: 512 });
  return { model, tokens: context.getSequence() };
}
