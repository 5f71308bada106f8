import { createHost } from '../../main/host/createHost.ts';
import { sampleFolder } from '../../main/host/places.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { quantizationType } from '../../preload/contract/quantize.ts';
import { passphrase } from './openServices.ts';

/**
 * A process of its own for tests that kill it: opens a store in the folder of its first argument, quantizes the model of its second to
 * the type of its third beside the model, and says on stdout what it does, one JSON document a line.
 */
const [folder = '', model = '', type = ''] = process.argv.slice(2);
const say = (what: unknown) => process.stdout.write(`${JSON.stringify(what)}\n`);

const host = await createHost({ folder, engineStarter: forkStarter(), sampleFolder: sampleFolder() });
const api = host.caller({ person: 'Tester', role: 'owner', home: 'host' });
await api.vault.create({ passphrase });
const jobs = (await api.jobs.watch())[Symbol.asyncIterator]();
const first = jobs.next();
say(await api.quantize.start({ model, types: [quantizationType.parse(type)], threads: 1 }));
for (let next = await first; next.done !== true; next = await jobs.next())
  say({ note: next.value.progress?.note ?? '' });
