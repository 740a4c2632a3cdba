import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomically } from '@facenet/files';
import { type DetectedFace, photoPath } from '@facenet/detect';
import { decodePhoto, FaceDetector, PhotoError } from '@facenet/photo';
import sharp from 'sharp';
import { InterruptedError, UsageError } from '../cli/errors.ts';
import { ownPictures } from '../data/decode.ts';
import { readIdentityFolder, type Identity } from '../data/folder.ts';
import { recordName } from './align-record.ts';

export const cropFormats = ['jpeg', 'png'] as const;

export interface AlignOptions {
  readonly format: (typeof cropFormats)[number];
  readonly minScore: number;
  readonly threads: number;
  readonly signal?: AbortSignal;
  /** Called after every photo. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface NotAligned {
  /** Below the folder of photos. */
  readonly file: string;
  readonly reason: 'no_face' | PhotoError['reason'];
}

export interface AlignSummary {
  readonly photos: number;
  readonly aligned: number;
  /** Crops that were there. */
  readonly kept: number;
  readonly notAligned: readonly NotAligned[];
}

interface Job {
  readonly photo: string;
  readonly name: string;
  readonly crop: string;
}

/**
 * One crop for each photo of a folder of identities, in the same structure. What is there is kept, so that an interrupted
 * run goes on; a crop gets its name when it is whole.
 */
export async function alignFolder(from: string, out: string, options: AlignOptions): Promise<AlignSummary> {
  const identities = readIdentityFolder(from);
  // Inside it, the crops would be one more person of the next run.
  if (`${path.resolve(out)}${path.sep}`.startsWith(`${path.resolve(from)}${path.sep}`)) {
    throw new UsageError(`${out}: the crops need a folder of their own, outside of ${from}`);
  }
  mkdirSync(out, { recursive: true });
  const before = openRecord(out, options);
  const jobs = identities.flatMap((identity) => jobsOf(identity, from, out, options.format));
  const known = new Map(before.map((entry) => [entry.file, entry]));
  const open = jobs.filter(({ crop, name }) => !existsSync(crop) && !known.has(name));
  const failed = jobs.flatMap(({ name }) => known.get(name) ?? []);
  const kept = jobs.length - open.length - failed.length;
  let aligned = 0;
  try {
    await alignEach(open, options, (result) => {
      if (result) failed.push(result);
      else aligned++;
      options.onProgress?.(kept + aligned + failed.length, jobs.length);
    });
  } finally {
    writeRecord(out, options, failed);
  }
  if (options.signal?.aborted) throw new InterruptedError(`${out}: ${kept + aligned} of ${jobs.length} photos are aligned; the same command goes on`);
  return { photos: jobs.length, aligned, kept, notAligned: failed };
}

async function alignEach(jobs: readonly Job[], { format, minScore, threads, signal }: AlignOptions, onResult: (failed: NotAligned | null) => void): Promise<void> {
  const detector = new FaceDetector({ threads });
  const queue = jobs.values();
  const lane = async (): Promise<void> => {
    for (const job of queue) {
      if (signal?.aborted) return;
      onResult(await alignOne(detector, job, format, minScore));
    }
  };
  try {
    // One more than threads: a photo is decoded while the others are looked at.
    await Promise.all(Array.from({ length: threads + 1 }, lane));
  } finally {
    await detector.dispose();
  }
}

async function alignOne(detector: FaceDetector, { photo, name, crop }: Job, format: AlignOptions['format'], minScore: number): Promise<NotAligned | null> {
  try {
    const pixels = await decodePhoto(await readFile(photo), ownPictures);
    const face = chooseMain(await detector.detect(pixels, { minScore }), pixels);
    if (!face) return { file: name, reason: 'no_face' };
    const { width, height, data } = face.crop;
    const image = sharp(data, { raw: { width, height, channels: 3 } });
    const bytes = await (format === 'png' ? image.png() : image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })).toBuffer();
    mkdirSync(path.dirname(crop), { recursive: true });
    writeFileAtomically(crop, bytes);
    return null;
  } catch (error) {
    if (error instanceof PhotoError) return { file: name, reason: error.reason };
    throw error;
  }
}

/** Whom the photo is of: the largest face, unless it stands far off the middle; area − 2 d², as facenet's own alignment weighs it. */
export function chooseMain<T extends Pick<DetectedFace, 'box'>>(faces: readonly T[], photo: { readonly width: number; readonly height: number }): T | undefined {
  const weight = ({ box }: T): number => {
    const [dx, dy] = [box.x + box.width / 2 - photo.width / 2, box.y + box.height / 2 - photo.height / 2];
    return box.width * box.height - 2 * (dx * dx + dy * dy);
  };
  return faces.toSorted((a, b) => weight(b) - weight(a))[0];
}

function jobsOf({ name: identity, files }: Identity, from: string, out: string, format: AlignOptions['format']): Job[] {
  const extension = format === 'png' ? '.png' : '.jpg';
  const stems = files.map((file) => path.parse(file).name);
  return files.map((photo, i) => {
    // 1.jpg and 1.png of one person are two photos.
    const shared = stems.indexOf(stems[i]!) !== stems.lastIndexOf(stems[i]!);
    const crop = path.join(out, identity, `${shared ? path.basename(photo) : stems[i]!}${extension}`);
    return { photo, name: path.relative(from, photo), crop };
  });
}

const madeWith = ({ format, minScore }: AlignOptions) => ({ ...photoPath, format, minScore });

function openRecord(out: string, options: AlignOptions): readonly NotAligned[] {
  const file = path.join(out, recordName);
  if (!existsSync(file)) {
    writeRecord(out, options, []);
    return [];
  }
  const { notAligned, ...made } = JSON.parse(readFileSync(file, 'utf8')) as { notAligned: readonly NotAligned[] };
  if (JSON.stringify(made) !== JSON.stringify(madeWith(options))) {
    throw new UsageError(`${file}: these crops were made with ${JSON.stringify(made)}, now it is ${JSON.stringify(madeWith(options))}; choose another folder`);
  }
  return notAligned;
}

function writeRecord(out: string, options: AlignOptions, notAligned: readonly NotAligned[]): void {
  const sorted = notAligned.toSorted((a, b) => (a.file < b.file ? -1 : 1));
  writeFileAtomically(path.join(out, recordName), `${JSON.stringify({ ...madeWith(options), notAligned: sorted }, null, 1)}\n`);
}
