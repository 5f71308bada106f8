import { Fault } from '../base/fault.ts';
import { type SecretVariable, secretVariables } from '../base/secretVariables.ts';

export interface SecretOptions {
  /** Ends the question. */
  signal: AbortSignal;
  /** Default: `Passphrase: `. */
  prompt?: string;
  /** Asks twice, for a new one. */
  confirm?: boolean;
}

/** The passphrase: ASSAY_PASSPHRASE, else asked for on the terminal without echo. */
export async function readPassphrase({ signal, prompt = 'Passphrase: ', confirm }: SecretOptions): Promise<string> {
  const given = givenPassphrase();
  if (given) return given;
  const first = await ask(prompt, 'ASSAY_PASSPHRASE', signal);
  if (confirm && (await ask('The same once more: ', 'ASSAY_PASSPHRASE', signal)) !== first) {
    throw new Fault('BAD_INPUT', 'The two passphrases differ. Nothing was changed; try again.');
  }
  return first;
}

/** The passphrase of the environment, once; undefined when it names none. */
export function givenPassphrase(): string | undefined {
  return takeVariable('ASSAY_PASSPHRASE') || undefined;
}

/** The recovery code: ASSAY_RECOVERY_CODE, else asked for. */
export async function readRecoveryCode({ signal }: Pick<SecretOptions, 'signal'>): Promise<string> {
  return takeVariable('ASSAY_RECOVERY_CODE') || (await ask('Recovery code: ', 'ASSAY_RECOVERY_CODE', signal));
}

const taken = new Map<SecretVariable, string>();

/** Takes the secrets out of the environment, so that no process started from here inherits them, whatever the command needs. */
export function takeSecrets(): void {
  for (const name of secretVariables) {
    const value = process.env[name];
    delete process.env[name];
    if (value !== undefined) taken.set(name, value);
  }
}

function takeVariable(name: SecretVariable): string | undefined {
  takeSecrets();
  const value = taken.get(name);
  taken.delete(name);
  return value;
}

async function ask(prompt: string, variable: SecretVariable, signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    throw new Fault(
      'BAD_INPUT',
      `There is no terminal to ask for the secret. Set ${variable} and run the command again.`,
    );
  }
  const line = createLine();
  stdin.setEncoding('utf8').setRawMode(true);
  stderr.write(prompt);
  try {
    return await new Promise<string>((resolve, reject) => {
      const cancel = () => reject(new Fault('CANCELLED', 'Cancelled.'));
      if (signal.aborted) cancel();
      signal.addEventListener('abort', cancel, { once: true });
      stdin.on('data', (chunk: string) => {
        const end = line.take(chunk);
        if (end === 'entered') resolve(line.text());
        else if (end === 'cancelled') cancel();
        else if (end === 'closed') reject(cutOff());
      });
      stdin.on('end', () => reject(cutOff()));
      stdin.resume();
    });
  } finally {
    stdin.removeAllListeners('data').removeAllListeners('end').pause();
    stdin.setRawMode(false);
    stderr.write('\n');
  }
}

function cutOff(): Fault {
  return new Fault('BAD_INPUT', 'The input ended before the secret was complete.');
}

/** A line as it is typed on a raw terminal. */
function createLine() {
  let typed: string[] = [];
  return {
    text: () => typed.join(''),
    /** Takes keys; says how the line ended, or undefined while it goes on. */
    take(keys: string): 'entered' | 'cancelled' | 'closed' | undefined {
      for (const key of keys.replace(escapeSequences, '')) {
        if (key === '\r' || key === '\n') return 'entered';
        if (key === '\u0003') return 'cancelled';
        if (key === '\u0004') return 'closed';
        if (key === '\u007f' || key === '\b') typed.pop();
        else if (key === '\u0015') typed = [];
        else typed.push(key);
      }
      return undefined;
    },
  };
}

/** What arrow and function keys send. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape is what they begin with
const escapeSequences = /\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])?/g;
