import pino from 'pino';
import type { Log } from '../base/log.ts';

/** The log of a process that goes on by itself, one JSON object a line on its error stream. `name` says which process it is. */
export function openProcessLog(name: 'host' | 'server', level: pino.LevelWithSilent): Log {
  return pino({ level, base: { process: name } }, pino.destination({ fd: 2, sync: true }));
}
