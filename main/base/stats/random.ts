/** Numbers that look random and are the same for the same seed; for resampling, never for secrets. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform among 0 … below − 1. */
  index(below: number): number;
  /** From the normal distribution with mean 0 and variance 1. */
  normal(): number;
}

/** xoshiro128** (Blackman and Vigna 2018), its state filled by splitmix32 from the seed. */
export function createRandom(seed: number): Random {
  let mix = seed >>> 0;
  const fill = () => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let word = mix;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  };
  let a = fill();
  let b = fill();
  let c = fill();
  let d = fill();

  function next(): number {
    const times = Math.imul(b, 5);
    const result = Math.imul((times << 7) | (times >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result / 4294967296;
  }

  return {
    next,
    index: (below) => Math.floor(next() * below),
    // Box and Muller 1958; 1 − u keeps the logarithm finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}
