import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readIdentityFolder } from '../data/folder.ts';
import { decodeImage } from '../data/decode.ts';

export interface Inspection {
  readonly identities: number;
  readonly images: number;
  readonly imagesPerIdentity: { readonly min: number; readonly median: number; readonly max: number };
  /** How many identities have at least so many images. */
  readonly identitiesWithAtLeast: readonly { readonly images: number; readonly identities: number }[];
  /** Most frequent first. */
  readonly sizes: readonly { readonly width: number; readonly height: number; readonly images: number }[];
  readonly oneImage: readonly string[];
  /** Files that cannot be decoded; not counted as images. */
  readonly broken: readonly { readonly file: string; readonly message: string }[];
  /** Groups of files with the same bytes. */
  readonly duplicates: readonly Duplicate[];
}

export interface Duplicate {
  readonly files: readonly string[];
  /** More than one: the same picture says two people are different. */
  readonly identities: readonly string[];
}

interface Entry {
  readonly identity: string;
  readonly file: string;
}

interface Inspected extends Entry {
  readonly digest: string;
  readonly width: number;
  readonly height: number;
}

const steps = [2, 5, 10, 20, 40, 100] as const;

/** Reads and decodes every image of a folder of identities. */
export async function inspectFolder(folder: string, onImage: (done: number, total: number) => void = () => undefined): Promise<Inspection> {
  const entries = readIdentityFolder(folder).flatMap(({ name, files }) => files.map((file): Entry => ({ identity: name, file })));
  const broken: { file: string; message: string }[] = [];
  const images: Inspected[] = [];
  const together = 32;
  for (let start = 0; start < entries.length; start += together) {
    const chunk = entries.slice(start, start + together);
    const results = await Promise.allSettled(chunk.map(inspectImage));
    results.forEach((result, i) => {
      if (result.status === 'fulfilled') images.push(result.value);
      else broken.push({ file: chunk[i]!.file, message: (result.reason as Error).message });
    });
    onImage(start + chunk.length, entries.length);
  }
  const byIdentity = groupBy(images, ({ identity }) => identity);
  const counts = [...byIdentity.values()].map(({ length }) => length).sort((a, b) => a - b);
  return {
    identities: byIdentity.size,
    images: images.length,
    imagesPerIdentity: { min: counts[0] ?? 0, median: median(counts), max: counts.at(-1) ?? 0 },
    identitiesWithAtLeast: steps.map((step) => ({ images: step, identities: counts.filter((count) => count >= step).length })),
    sizes: [...groupBy(images, ({ width, height }) => `${width}×${height}`).values()]
      .map((group) => ({ width: group[0]!.width, height: group[0]!.height, images: group.length }))
      .sort((a, b) => b.images - a.images || a.width - b.width || a.height - b.height),
    oneImage: [...byIdentity].filter(([, { length }]) => length === 1).map(([identity]) => identity),
    broken,
    duplicates: [...groupBy(images, ({ digest }) => digest).values()]
      .filter(({ length }) => length > 1)
      .map((group) => ({ files: group.map(({ file }) => file), identities: [...new Set(group.map(({ identity }) => identity))] })),
  };
}

async function inspectImage({ identity, file }: Entry): Promise<Inspected> {
  const [{ width, height }, bytes] = await Promise.all([decodeImage(file), readFile(file)]);
  return { identity, file, width, height, digest: createHash('sha256').update(bytes).digest('hex') };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** Of ascending numbers; the mean of the middle two where there are two. */
function median(ascending: readonly number[]): number {
  const middle = ascending.length / 2;
  return ascending.length === 0 ? 0 : (ascending[Math.ceil(middle) - 1]! + ascending[Math.floor(middle)]!) / 2;
}
