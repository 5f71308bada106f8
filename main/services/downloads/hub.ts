import { z } from 'zod';
import { Fault } from '../../base/fault.ts';
import { allParts, partOf } from '../../base/ggufParts.ts';
import type { DownloadNetwork } from './downloads.ts';

export const publicHub = 'https://huggingface.co';

/** What Assay reads of the hub's answer about a model. */
const modelInfo = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  gated: z.union([z.boolean(), z.string()]).optional(),
  cardData: z.object({ license: z.unknown().optional(), license_name: z.unknown().optional() }).nullish(),
  tags: z.array(z.string()).optional(),
  siblings: z
    .array(
      z.object({
        rfilename: z.string(),
        size: z.number().int().nonnegative().optional(),
        lfs: z
          .object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int().nonnegative() })
          .optional()
          .catch(undefined),
      }),
    )
    .default([]),
});

export interface HubFile {
  file: string;
  sizeBytes: number;
  sha256: string | null;
}
export interface HubModel {
  /** The first of a split model's files stands for all. */
  file: string;
  parts: HubFile[];
}
export interface HubRepository {
  revision: string;
  licence: string | null;
  gated: boolean;
  models: HubModel[];
}

/** Far more than the longest list of files. */
const longestAnswer = 32 * 2 ** 20;

/** `base`: of the hub or its mirror. `revision`: null for the newest. Faults: those of Network.fetch; NOT_FOUND, FORBIDDEN, NETWORK_FAILED. */
export async function readRepository(
  network: DownloadNetwork,
  base: string,
  repository: string,
  revision: string | null,
  signal: AbortSignal,
): Promise<HubRepository> {
  const at = revision === null ? '' : `/revision/${revision}`;
  const response = await network.fetch({
    url: `${base}/api/models/${repository}${at}?blobs=true`,
    purpose: `the files of ${repository}`,
    headers: { accept: 'application/json' },
    signal,
  });
  if (response.status !== 200) {
    response.discard();
    throw refusal(response.status, repository, base);
  }
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response.body) {
    length += part.length;
    if (length > longestAnswer) throw unreadable(base, 'its list of files is longer than any is');
    parts.push(part);
  }
  return understand(Buffer.concat(parts).toString('utf8'), base);
}

function understand(text: string, base: string): HubRepository {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable(base, 'it answered with something that is no list of files');
    throw error;
  }
  const parsed = modelInfo.safeParse(json);
  if (!parsed.success) throw unreadable(base, 'its list of files has another form than is known');
  const { sha, gated = false, siblings, cardData, tags = [] } = parsed.data;
  const files = siblings.filter(({ rfilename }) => isModelPath(rfilename));
  const byName = new Map(
    files.map(({ rfilename, size, lfs }): [string, HubFile] => [
      rfilename,
      { file: rfilename, sizeBytes: lfs?.size ?? size ?? 0, sha256: lfs?.sha256 ?? null },
    ]),
  );
  const models = [...byName.keys()].flatMap((file): HubModel[] => {
    if ((partOf(file)?.part ?? 1) !== 1) return [];
    const all = allParts(file).map((name) => byName.get(name));
    // One of which parts are missing cannot be loaded.
    return all.every((part) => part !== undefined) ? [{ file, parts: all }] : [];
  });
  return { revision: sha, licence: licenceOf(cardData, tags), gated: gated !== false, models };
}

function licenceOf(card: z.infer<typeof modelInfo>['cardData'], tags: string[]): string | null {
  const declared =
    card?.license === 'other' && typeof card.license_name === 'string' ? card.license_name : card?.license;
  const licence = typeof declared === 'string' ? declared : tags.find((tag) => tag.startsWith('license:'))?.slice(8);
  return licence === undefined || licence === '' ? null : licence.slice(0, 200);
}

/** What Windows takes for a device in any folder, whatever it ends in. */
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\.|$)/i;

/** A path of the repository that can become one below a folder: relative, without steps upwards, with names that every system takes and that read as what they are. */
export function isModelPath(path: string): boolean {
  return (
    path.length <= 1024 &&
    /\.gguf$/i.test(path) &&
    path
      .split('/')
      .every(
        (name) =>
          /^[^<>:"|?*\\\p{Cc}\p{Cf}]{1,200}$/u.test(name) &&
          !/^\.+$/.test(name) &&
          !/[ .]$/.test(name) &&
          !deviceName.test(name),
      )
  );
}

export function fileAddress(base: string, repository: string, revision: string, file: string): string {
  return `${base}/${repository}/resolve/${revision}/${file.split('/').map(encodeURIComponent).join('/')}`;
}

export function refusal(status: number, what: string, base: string): Fault {
  const host = new URL(base).host;
  if (status === 404) return new Fault('NOT_FOUND', `${host} has no ${what}. Check how it is written.`);
  if (status === 401 || status === 403)
    return new Fault(
      'FORBIDDEN',
      `${host} gives ${what} only to people who have an account there or agreed to its terms, or there is none of that name. Assay shows no account; fetch the file with a browser and add it.`,
    );
  if (status === 429) return new Fault('NETWORK_FAILED', `${host} was asked too often. Try again in some minutes.`);
  return new Fault('NETWORK_FAILED', `${host} answered ${status} for ${what}. Try again later.`);
}

function unreadable(base: string, why: string): Fault {
  return new Fault(
    'NETWORK_FAILED',
    `${new URL(base).host} was understood by nobody here: ${why}. Check the address of the mirror in Settings, Network.`,
  );
}
