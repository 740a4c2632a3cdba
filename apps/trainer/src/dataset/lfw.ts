import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { lfwFile, parsePairs } from '@facenet/evaluation';
import { UsageError } from '../cli/errors.ts';
import { readIdentityFolder, type Identity } from '../data/folder.ts';

/** What a complete LFW has (people.txt and lfw.tgz of the original). */
export const wholeLfw = { images: 13_233, people: 5_749 } as const;

export interface LfwCheck {
  readonly images: number;
  readonly people: number;
  readonly pairs: number | undefined;
  /** One line each; empty when everything is there. */
  readonly problems: readonly string[];
}

/** Whether a folder is LFW, image by image: the counts, the names, and every image that the pairs ask for. */
export function checkLfw(folder: string, pairsFile: string | undefined, expected: { images: number; people: number } = wholeLfw): LfwCheck {
  const identities = readIdentityFolder(folder);
  const images = identities.reduce((sum, { files }) => sum + files.length, 0);
  const pairs = pairsFile === undefined ? undefined : parsePairs(readFileSync(pairsFile, 'utf8'), pairsFile);
  const present = new Set(identities.flatMap(({ name, files }) => files.map((file) => `${name}/${path.basename(file)}`)));
  const missing = new Map<string, string>();
  for (const { line, first, second } of pairs?.pairs ?? []) {
    for (const file of [lfwFile(first), lfwFile(second)]) {
      if (!present.has(file) && !missing.has(file)) missing.set(file, `${pairsFile}:${line}: ${file} is missing`);
    }
  }
  return {
    images,
    people: identities.length,
    pairs: pairs?.pairs.length,
    problems: [
      ...countProblem('people', identities.length, expected.people),
      ...countProblem('images', images, expected.images),
      ...identities.flatMap(nameProblems),
      ...missing.values(),
    ],
  };
}

export interface Layout {
  readonly linked: number;
  readonly copied: number;
}

/** Puts the images, and the pairs as pairs.txt, into a new folder: hard links where the disk allows them, else copies. */
export function layOutLfw(from: string, pairsFile: string | undefined, out: string): Layout {
  if (existsSync(out) && readdirSync(out).length > 0) throw new UsageError(`${out}: is not empty; expected a new folder`);
  const temporary = `${path.resolve(out)}.${process.pid}.tmp`;
  rmSync(temporary, { recursive: true, force: true });
  try {
    const layout = { linked: 0, copied: 0 };
    for (const { name, files } of readIdentityFolder(from)) {
      mkdirSync(path.join(temporary, name), { recursive: true });
      for (const file of files) layout[linkOrCopy(file, path.join(temporary, name, path.basename(file)))]++;
    }
    if (pairsFile !== undefined) copyFileSync(pairsFile, path.join(temporary, 'pairs.txt'));
    rmSync(out, { recursive: true, force: true });
    renameSync(temporary, out);
    return layout;
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

function linkOrCopy(from: string, to: string): 'linked' | 'copied' {
  try {
    linkSync(from, to);
    return 'linked';
  } catch {
    // Another disk, a disk without links, or a file of someone else: any of these can still be read.
    copyFileSync(from, to);
    return 'copied';
  }
}

function countProblem(what: string, found: number, expected: number): string[] {
  return found === expected ? [] : [`expected ${expected.toLocaleString('en')} ${what}, found ${found.toLocaleString('en')}`];
}

/** Images are numbered from 1 without gaps, and carry the person's name. */
function nameProblems({ name, files }: Identity): string[] {
  const found = new Set(files.map((file) => path.basename(file)));
  const expected = files.map((_, i) => path.basename(lfwFile({ identity: name, number: i + 1 })));
  const foreign = [...found].filter((file) => !expected.includes(file));
  const gaps = expected.filter((file) => !found.has(file));
  return gaps.map((file, i) => `${name}: expected ${file}, found ${foreign[i]}`);
}
