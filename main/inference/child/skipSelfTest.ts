import * as nodeModule from 'node:module';

/**
 * node-llama-cpp forks a child that loads its binary once before it dares to load it itself. This process is such a child
 * already, and in Electron that fork needs the RunAsNode fuse, which is off. So its test module is answered by one that says
 * yes. Call before node-llama-cpp is imported. See docs/decisions/0013.
 */
export function skipSelfTest(): void {
  const answer = `data:text/javascript,${encodeURIComponent('export async function testBindingBinary() { return true; }')}`;
  if ('registerHooks' in nodeModule && typeof nodeModule.registerHooks === 'function') {
    nodeModule.registerHooks({
      resolve: (specifier, context, next) =>
        specifier.endsWith('/testBindingBinary.js')
          ? { url: answer, format: 'module', shortCircuit: true }
          : next(specifier, context),
    });
    return;
  }
  // Node before 22.15, as in Electron 33: the hook runs on a thread of its own and comes as a module.
  const hook = `export function resolve(specifier, context, next) {
    return specifier.endsWith('/testBindingBinary.js') ? { url: ${JSON.stringify(answer)}, format: 'module', shortCircuit: true } : next(specifier, context);
  }`;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
