/** Steps of divergence of a token, in nats; the same for every model and text, so that two strips can be held side by side. */
export const kldSteps = [
  { from: 0, label: '< 0.01' },
  { from: 0.01, label: '0.01 to 0.1' },
  { from: 0.1, label: '0.1 to 0.5' },
  { from: 0.5, label: '0.5 to 2' },
  { from: 2, label: '≥ 2' },
] as const;

/** 0 (the same distribution, or nearly) to 4. */
export function kldStep(kld: number): number {
  return Math.max(
    0,
    kldSteps.findLastIndex((step) => kld >= step.from),
  );
}
