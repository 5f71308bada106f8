export { useSubscription } from '@trpc/tanstack-react-query';
export { ApiProvider, useApi, useConnection } from './ApiProvider.tsx';
export { type Api, createApi } from './api.ts';
export { failureOf } from './failure.ts';
export { chooseTransport } from './transport.ts';
