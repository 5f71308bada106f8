import { z } from 'zod';

/** Where programs keep models; `home`: the person's folder. */
export interface Surroundings {
  home: string;
  platform: NodeJS.Platform;
  environment: Readonly<Record<string, string | undefined>>;
  join(...parts: string[]): string;
}

export interface KnownPlace {
  program: 'LM Studio' | 'Ollama' | 'Hugging Face' | 'llama.cpp';
  /** All that exist are looked at, in this order. */
  folders: string[];
}

/** The folders that these programs use when nobody tells them another, and those that their variables name. */
export function placesOf({ home, platform, environment: e, join }: Surroundings): KnownPlace[] {
  const cache = e.XDG_CACHE_HOME || (platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache'));
  const local = e.LOCALAPPDATA || join(home, 'AppData', 'Local');
  const hub = [e.HF_HUB_CACHE, e.HUGGINGFACE_HUB_CACHE, e.HF_HOME && join(e.HF_HOME, 'hub')];
  return [
    { program: 'LM Studio', folders: [join(home, '.lmstudio', 'models'), join(home, '.cache', 'lm-studio', 'models')] },
    {
      program: 'Ollama',
      folders: given(e.OLLAMA_MODELS, join(home, '.ollama', 'models'), '/usr/share/ollama/.ollama/models'),
    },
    {
      program: 'Hugging Face',
      folders: given(
        ...hub,
        e.XDG_CACHE_HOME && join(e.XDG_CACHE_HOME, 'huggingface', 'hub'),
        join(home, '.cache', 'huggingface', 'hub'),
      ),
    },
    {
      program: 'llama.cpp',
      folders: given(e.LLAMA_CACHE, platform === 'win32' ? join(local, 'llama.cpp') : join(cache, 'llama.cpp')),
    },
  ];
}

const given = (...folders: (string | undefined)[]) => folders.flatMap((folder) => (folder ? [folder] : []));

/** LM Studio's settings name another folder where a person chose one. */
export const lmStudioSettings = z.object({ downloadsFolder: z.string().optional() });

/** What of Ollama's manifests is read: which blob holds the weights. */
export const ollamaManifest = z.object({
  layers: z
    .array(
      z.object({
        mediaType: z.string(),
        digest: z.string().regex(/^sha256[:-][0-9a-f]{64}$/),
        size: z.number().default(0),
      }),
    )
    .max(1000),
});

/** The blob with the weights; null for what holds none, such as an adapter. */
export function ollamaWeights(manifest: z.infer<typeof ollamaManifest>): string | null {
  const layer = manifest.layers.find(({ mediaType }) => mediaType === 'application/vnd.ollama.image.model');
  return layer === undefined ? null : layer.digest.replace(':', '-');
}

/** `registry.ollama.ai/library/llama3.1/8b` is what a person calls `llama3.1:8b`. */
export function ollamaName(manifestPath: readonly string[]): string {
  const [registry = '', ...rest] = manifestPath;
  const tag = rest.pop() ?? '';
  const name = rest[0] === 'library' ? rest.slice(1).join('/') : rest.join('/');
  return `${registry === 'registry.ollama.ai' || registry === '' ? '' : `${registry}/`}${name}:${tag}`;
}

/** `models--org--repo/snapshots/<revision>/file.gguf` is `org/repo/file.gguf`. */
export function huggingFaceName(below: readonly string[]): string {
  const repository = below[0]?.replace(/^models--/, '').replaceAll('--', '/') ?? '';
  return [repository, ...below.slice(3)].join('/');
}
