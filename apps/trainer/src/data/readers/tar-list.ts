import path from 'node:path';
import { UsageError } from '../../cli/errors.ts';
import { formatAddress } from '../address.ts';
import { byName, type Identity, imageFile } from '../identity.ts';
import { readTar, type TarMember } from './tar.ts';

/** WebDataset's sample: members whose names agree up to the first dot of the last part. */
interface Sample {
  readonly key: string;
  readonly images: TarMember[];
  cls?: string;
  json?: string;
}

/**
 * Lists the pictures of tar shards by identity. Whose a picture is, is said by `key.cls` beside it, by `identity` or `label` in
 * `key.json`, or else by the folder that it lies in.
 */
export function listTar(shards: readonly string[]): Identity[] {
  const files = new Map<string, string[]>();
  for (const shard of shards) {
    for (const sample of readSamples(shard)) {
      if (sample.images.length === 0) continue;
      const name = identityOf(shard, sample);
      const mine = files.get(name) ?? [];
      if (mine.length === 0) files.set(name, mine);
      for (const { name: record, offset, length } of sample.images) mine.push(formatAddress({ file: shard, span: { record, offset, length } }));
    }
  }
  if (files.size === 0) throw new UsageError(`${shards.join(', ')}: expected pictures, found none`);
  return Array.from(files, ([name, addresses]) => ({ name, files: addresses })).sort((a, b) => byName(a.name, b.name));
}

const isLabel = (name: string): boolean => /\.(cls|json)$/i.test(name);

function* readSamples(shard: string): Generator<Sample> {
  let sample: Sample | undefined;
  for (const member of readTar(shard, isLabel)) {
    const folder = path.posix.dirname(member.name);
    const base = path.posix.basename(member.name);
    // What macOS adds beside every file.
    if (base.startsWith('.')) continue;
    const key = `${folder}/${base.split('.')[0]!}`;
    if (sample?.key !== key) {
      if (sample) yield sample;
      sample = { key, images: [] };
    }
    const text = member.content?.toString('utf8').trim();
    if (imageFile.test(base)) sample.images.push(member);
    else if (/\.cls$/i.test(base)) sample.cls = text ?? '';
    else if (/\.json$/i.test(base)) sample.json = text ?? '';
  }
  if (sample) yield sample;
}

function identityOf(shard: string, { key, images, cls, json }: Sample): string {
  const [{ name, offset }] = images as [TarMember];
  const fail = (why: string): never => { throw new UsageError(`${shard}: '${name}' at byte ${offset}: ${why}`); };
  if (cls !== undefined) return cls === '' ? fail('expected an identity in the .cls beside it, found nothing') : cls;
  if (json !== undefined) return identityInJson(json, fail);
  const folder = path.posix.basename(path.posix.dirname(key));
  return ['.', ''].includes(folder) ? fail('expected a .cls or .json beside it or a folder around it that says whose it is') : folder;
}

function identityInJson(json: string, fail: (why: string) => never): string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return fail(`the .json beside it: ${(error as Error).message}`);
  }
  const { identity, label } = Object(value) as { readonly identity?: unknown; readonly label?: unknown };
  const found = identity ?? label;
  if (typeof found === 'string' && found !== '') return found;
  return typeof found === 'number' ? String(found) : fail("expected 'identity' or 'label' in the .json beside it, a text or a number");
}
