/** The type of the whole API, for typed clients. A type only: nothing of `main` is bundled with a client. */
export type { AppRouter } from '../../main/host/router.ts';
