// `npm start`: opens Assay in a window where one can be had, otherwise serves it on loopback. Arguments: GGUF files, --data-dir D, --browser.
import { join, resolve } from 'node:path';
import { buildNative } from './buildNative.mjs';
import { electronFlags, obtainElectron, whyNoDisplay } from './electron.mjs';
import { environment, newerNode, ready, repository, say } from './ready.mjs';
import { run } from './run.mjs';

const args = process.argv.slice(2).filter((arg) => arg !== '--browser');
/** Electron that ends sooner than this with an error never opened its window. */
const startMs = 5_000;

ready();
const unbuilt = await buildNative({ say });
if (unbuilt) say(unbuilt.sentence);
process.exitCode = await open();

async function open() {
  const reason = whyNoWindow();
  if (reason) return serve(reason);
  const { binary, reason: absent } = obtainElectron();
  if (!binary) return serve(absent);
  const begun = Date.now();
  const code = await run(binary, [...electronFlags(), repository, ...args], {
    env: environment({ ASSAY_NODE: newerNode() }),
  });
  return code === 0 || Date.now() - begun > startMs || [129, 130, 143].includes(code)
    ? code
    : serve(`Electron ended at once with ${code}`);
}

function whyNoWindow() {
  return process.argv.includes('--browser') ? '--browser was given' : whyNoDisplay();
}

function serve(reason) {
  say(`no window, because ${reason}: serving the same app on this machine's loopback address instead.`);
  // The server takes models in by the page only, so only options go to it.
  const files = args.filter(isModel);
  if (files.length > 0)
    say(`not opened: ${files.map((file) => resolve(file)).join(', ')}. Add them on the page, under Models.`);
  const options = args.filter((arg) => !isModel(arg));
  return run(newerNode(), [join(repository, 'out/main/cli.js'), 'serve', ...options], { env: environment() });
}

function isModel(arg) {
  return arg.toLowerCase().endsWith('.gguf');
}
