export { createPromptsRouter } from './prompts.router.ts';
export { createPrompts, type Prompts } from './prompts.ts';
