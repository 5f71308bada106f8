export type { Generation } from './history.ts';
export { createPromptsRouter } from './prompts.router.ts';
export { createPrompts, type Prompts, type PromptsDependencies } from './prompts.ts';
