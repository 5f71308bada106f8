/** Steps of surprise, by the probability that the model gave to the token it chose. Colour and legend share these bounds. */
export const surpriseSteps = [
  { from: 0.9, label: 'p ≥ 0.9' },
  { from: 0.5, label: '0.5 to 0.9' },
  { from: 0.2, label: '0.2 to 0.5' },
  { from: 0.05, label: '0.05 to 0.2' },
  { from: 0, label: 'p < 0.05' },
] as const;

/** 0 (expected) to 4 (improbable). */
export function surpriseStep(logprob: number): number {
  const probability = Math.exp(logprob);
  return surpriseSteps.findIndex((step) => probability >= step.from);
}
