export { createNetworkRouter } from './network.router.ts';
export {
  createNetwork,
  type Network,
  type NetworkDependencies,
  type NetworkRequest,
  type NetworkResponse,
} from './network.ts';
