/** A sampled token and what the model thought of it: natural logs of probabilities at temperature 1 over the whole vocabulary. */
export interface Observation {
  token: number;
  logprob: number;
  /** The most likely tokens, best first; as many as were asked for. */
  top: { id: number; logprob: number }[];
}

/** The logits hold NaN: the weights or the arithmetic are broken. */
export class NotANumber extends Error {}
