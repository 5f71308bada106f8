import type { GenerationStats, Token } from '../../../preload/contract/engine.ts';
import { Fault } from '../../base/fault.ts';
import type { GenerateSettings } from '../protocol.ts';
import { grammarOf, isCompleteJson } from './answerSchema.ts';
import { createAnswerText } from './answerText.ts';
import { type NativeGrammar, nativeGrammar, type SamplerConfig } from './bindings.ts';
import { decode } from './decode.ts';
import type { LoadedEngine } from './load.ts';
import { NotANumber, type Observation } from './observation.ts';
import { createObserver } from './observe.ts';
import { createOutbox } from './outbox.ts';
import { dropAll, keepBeginning } from './sequenceCache.ts';

export interface GenerationListener {
  /** `keptTokens`: how many of them were in the cache. */
  started(promptTokens: number, keptTokens: number): void;
  tokens(tokens: Token[]): void;
}

/** Answers one request. Aborting the signal ends it with what there is and stop reason `cancelled`. */
export async function generate(
  engine: LoadedEngine,
  settings: GenerateSettings,
  signal: AbortSignal,
  listener: GenerationListener,
): Promise<GenerationStats> {
  const start = performance.now();
  const { sampler, written } = settings;
  const prompt = engine.template.render(settings);
  const before = [...prompt.tokens, ...written];
  if (before.length === 0) throw new Fault('BAD_INPUT', 'The prompt is empty once the chat template has rendered it.');
  if (before.length >= engine.contextSize) throw promptTooLong(before.length, engine.contextSize);
  const grammar =
    settings.schema === undefined
      ? undefined
      : nativeGrammar(engine.llama, await grammarOf(engine.library, engine.llama, engine.model, settings.schema));
  for (const token of written) grammar?.accept(token);
  const detokenize = (tokens: number[], preceding: number[]) =>
    engine.model.detokenize(tokens.map(engine.asToken), false, preceding.map(engine.asToken));
  const answer = createAnswerText(detokenize, [...sampler.stop, ...prompt.endTexts], before);
  const earlier = grammar === undefined ? '' : detokenize(written, prompt.tokens.slice(-1));
  const { cache, parts } = engine;
  if (!settings.reuse) dropAll(parts.context, cache);
  const kept = settings.reuse ? keepBeginning(parts.context, cache, before) : 0;
  listener.started(before.length, kept);

  const outbox = createOutbox(listener.tokens);
  let count = 0;
  let firstText: number | null = null;
  let firstAt = 0;
  let lastAt = 0;
  const show = (tokens: Token[]) => {
    for (const token of tokens) {
      if (count === 0) firstAt = token.ms;
      if (firstText === null && token.text !== '') firstText = token.ms;
      lastAt = token.ms;
      count += 1;
    }
    outbox.push(tokens);
  };
  let ownStop = false;
  const accept = (observation: Observation): boolean => {
    const token: Token = {
      text: '',
      id: observation.token,
      logprob: observation.logprob,
      ms: performance.now() - start,
    };
    if (settings.alternatives > 0)
      token.alternatives = observation.top.map((one) => ({ ...one, text: engine.tokenText(one.id) }));
    const { ready, stopped } = answer.add(token);
    show(ready);
    ownStop = stopped;
    return stopped || (grammar !== undefined && isCompleteJson(earlier + answer.text()));
  };

  const observer = createObserver(engine.parts, {
    chosen: samplerConfig(settings, grammar),
    alternatives: settings.alternatives,
  });
  try {
    const end = await decode(engine.parts, observer, {
      prompt: prompt.tokens,
      written,
      cache,
      kept,
      contextSize: engine.contextSize,
      batchSize: engine.batchSize,
      maxTokens: sampler.maxTokens,
      signal,
      isEnd: (token) => prompt.endTokens.has(token) || engine.model.isEogToken(engine.asToken(token)),
      accept,
    });
    if (!ownStop) show(answer.rest());
    const seconds = (lastAt - firstAt) / 1000;
    return {
      promptTokens: before.length,
      tokenCount: count,
      ttftMs: firstText,
      tokensPerSecond: count < 2 || seconds <= 0 ? null : (count - 1) / seconds,
      totalMs: performance.now() - start,
      // The end of a template's turn or of the JSON is the model's own end; only a text that was asked for is a stop.
      stopReason: end === 'stop' && !(ownStop && sampler.stop.length > 0) ? 'end' : end,
    };
  } catch (thrown) {
    // How far the context came is not known.
    dropAll(parts.context, cache);
    if (thrown instanceof NotANumber) {
      throw new Fault(
        'MODEL_UNREADABLE',
        'The model computed values that are not numbers (NaN): its weights are damaged. Get the file anew.',
      );
    }
    throw thrown;
  } finally {
    outbox.close();
    observer.dispose();
  }
}

/** Temperature 0 is greedy and ignores the rest. */
function samplerConfig({ sampler }: GenerateSettings, grammar: NativeGrammar | undefined): SamplerConfig {
  const constraint = grammar === undefined ? {} : { grammarEvaluationState: grammar.state };
  if (sampler.temperature === 0) return { temperature: 0, ...constraint };
  return {
    temperature: sampler.temperature,
    topK: sampler.topK,
    topP: sampler.topP,
    minP: sampler.minP,
    // llama.cpp takes the largest seed for "draw one": the one below stands for it.
    seed: Math.min(sampler.seed, 4_294_967_294),
    repeatPenalty: sampler.repeatPenalty,
    ...constraint,
  };
}

function promptTooLong(tokens: number, contextSize: number): Fault {
  return new Fault(
    'TOO_LARGE',
    `The prompt has ${tokens} tokens and the context holds ${contextSize}, of which one at least is for the answer. Shorten the prompt or choose a larger context.`,
    { facts: { promptTokens: tokens, contextSize } },
  );
}
