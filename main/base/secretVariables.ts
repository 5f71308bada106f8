/** Environment variables that hold secrets; no process that is started from here has a use for them. */
export const secretVariables = ['ASSAY_PASSPHRASE', 'ASSAY_RECOVERY_CODE'] as const;
export type SecretVariable = (typeof secretVariables)[number];

/** The environment for a process that learns no secret. */
export function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const secret = new Set<string>(secretVariables);
  // Windows does not tell upper case from lower.
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !secret.has(name.toUpperCase())));
}
