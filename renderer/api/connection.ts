import { createStore, type StoreApi } from 'zustand/vanilla';

export interface Connection {
  /**
   * connecting: for the first time. open. reconnecting: it was open; what is watched comes back by itself.
   * refused: this browser may not connect; trying again is of no use. closed: by this page.
   */
  state: 'connecting' | 'open' | 'reconnecting' | 'refused' | 'closed';
  /** What happened and what to do, as a sentence to show; null while all is well. */
  problem: string | null;
  /** How often the connection has been opened; 2 and more mean that there were breaks. */
  openings: number;
}

export type ConnectionStore = StoreApi<Connection>;

export function createConnectionStore(): ConnectionStore {
  return createStore<Connection>(() => ({ state: 'connecting', problem: null, openings: 0 }));
}
