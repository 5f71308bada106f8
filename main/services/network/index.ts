export { createNetworkRouter } from './network.router.ts';
export {
  createNetwork,
  type Network,
} from './network.ts';
