/** What services write their log with; pino's logger is one. Facts are ids, counts and codes, never what a person typed or a model said. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
