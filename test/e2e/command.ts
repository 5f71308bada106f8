import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './browsers.ts';

export const commandEntry = join(repository, 'out/main/cli.js');

/** Runs the built `assay` command to its end; throws with what it said when it fails. */
export async function runCommand(args: string[], environment: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, [commandEntry, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let messages = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    messages += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`assay ${args.join(' ')} ended with ${code}:\n${messages}${output}`);
  return output;
}
