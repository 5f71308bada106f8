import { run } from './program.ts';
import { failOnUnforeseen } from './unforeseen.ts';

failOnUnforeseen();
await run(process.argv.slice(2));
