import { create } from 'zustand';

/** Paths of GGUF files that the system or a drop handed over and nobody has taken yet. */
export const useArrivals = create<{ paths: readonly string[] }>(() => ({ paths: [] }));
