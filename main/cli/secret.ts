import { Fault } from '../base/fault.ts';

/** The passphrase: ASSAY_PASSPHRASE, else asked for on the terminal without echo. With `confirm` it is asked for twice. */
export async function readPassphrase(options: { confirm?: boolean; prompt?: string } = {}): Promise<string> {
  const given = takeVariable('ASSAY_PASSPHRASE');
  if (given) return given;
  const first = await ask(options.prompt ?? 'Passphrase: ', 'ASSAY_PASSPHRASE');
  if (options.confirm && (await ask('The same once more: ', 'ASSAY_PASSPHRASE')) !== first) {
    throw new Fault('BAD_INPUT', 'The two passphrases differ. Nothing was changed; try again.');
  }
  return first;
}

/** The recovery code: ASSAY_RECOVERY_CODE, else asked for. */
export async function readRecoveryCode(): Promise<string> {
  return takeVariable('ASSAY_RECOVERY_CODE') || (await ask('Recovery code: ', 'ASSAY_RECOVERY_CODE'));
}

/** Removes it, so that no process started from here inherits the secret. */
function takeVariable(name: string): string | undefined {
  const value = process.env[name];
  delete process.env[name];
  return value;
}

async function ask(prompt: string, variable: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    throw new Fault(
      'BAD_INPUT',
      `There is no terminal to ask for the secret. Set ${variable} and run the command again.`,
    );
  }
  stderr.write(prompt);
  stdin.setEncoding('utf8').setRawMode(true);
  let typed: string[] = [];
  try {
    for await (const chunk of stdin.iterator({ destroyOnReturn: false })) {
      // An arrow or function key arrives as one chunk that starts with escape.
      if (chunk.startsWith('\u001b')) continue;
      for (const character of chunk) {
        if (character === '\r' || character === '\n') return typed.join('');
        if (character === '\u0003') throw new Fault('CANCELLED', 'Cancelled.');
        if (character === '\u0004') throw new Fault('BAD_INPUT', 'The input ended before the secret was complete.');
        if (character === '\u007f' || character === '\b') typed.pop();
        else if (character === '\u0015') typed = [];
        else typed.push(character);
      }
    }
    throw new Fault('BAD_INPUT', 'The input ended before the secret was complete.');
  } finally {
    stdin.setRawMode(false).pause();
    stderr.write('\n');
  }
}
