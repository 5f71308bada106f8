export { useSubscription } from '@trpc/tanstack-react-query';
export { ApiProvider, useApi, useConnection } from './ApiProvider.tsx';
export { type Api, createApi } from './api.ts';
export type { Client } from './connect.ts';
export type { Connection } from './connection.ts';
export { failureOf } from './failure.ts';
export { chooseTransport, type Transport } from './transport.ts';
