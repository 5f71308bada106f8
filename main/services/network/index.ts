export { createNetworkRouter, type NetworkRouter } from './network.router.ts';
export {
  createNetwork,
  type Network,
  type NetworkDependencies,
  type NetworkRequest,
  type NetworkResponse,
} from './network.ts';
