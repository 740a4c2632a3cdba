import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseVideoSplits, resolvePairs, videoDistances, type PathPairs } from '@facenet/evaluation';
import { UsageError } from '../../cli/errors.ts';
import { readText } from './read-text.ts';
import type { TestSet } from './test-set.ts';

/** As the paper: "the average similarity of all pairs of the first one hundred frames that our face detector detects". */
const framesOfVideo = 100;

interface VideoOptions {
  readonly skipMissing: boolean;
}

/** YouTube Faces: folders `person/video/frame.jpg` and its splits.txt; two videos are as far apart as their frames on average. */
export function videoPairs(folder: string, splits: string, { skipMissing }: VideoOptions): TestSet {
  const list = parseVideoSplits(readText(splits), splits);
  const missing = skipMissing ? 'skip' : 'error';
  const videos = [...new Set(list.pairs.flatMap(({ first, second }) => [first, second]))];
  const frames = videos.map((video) => framesOf(path.join(folder, video)));
  if (frames.every(({ length }) => length === 0)) {
    throw new UsageError(`${folder}: none of the ${videos.length} videos of ${splits} has a frame there; expected person/video/frame.jpg`);
  }
  const people = [...new Set(videos.map(personOf))];
  const label = new Map(people.map((person, i) => [person, i]));
  const personOfVideo = Int32Array.from(videos, (video) => label.get(personOf(video))!);
  const videoOfFile = new Map(frames.flatMap((files, video) => files.map((file) => [file, video] as const)));
  // Before the work, so that a mistake in the list is not found after hours of embedding.
  resolve(list, videos, (video) => frames[video]!.length > 0, missing);
  return {
    protocol: `YouTube Faces, ${list.sets} folds, mean over pairs of the first ${framesOfVideo} frames`,
    images: { files: [...videoOfFile.keys()], identities: people, labels: Int32Array.from(videoOfFile.values(), (video) => personOfVideo[video]!) },
    // Frames of one video are no test of anything, so all pairs of frames are not formed.
    peopleKnown: false, listed: true, pairsFrom: splits,
    judge: (kept, embeddings) => {
      const videoOf = Int32Array.from(kept.files, (file) => videoOfFile.get(file as string)!);
      const left = new Set(videoOf);
      const pairs = resolve(list, videos, (video) => left.has(video), missing);
      return { pairs, distances: videoDistances(embeddings, videoOf, videos.length, pairs), people: personOfVideo };
    },
  };
}

function resolve(list: PathPairs, videos: readonly string[], has: (video: number) => boolean, missing: 'error' | 'skip'): ReturnType<typeof resolvePairs> {
  const numbers = new Map(videos.map((video, i) => [video, i]));
  return resolvePairs(list, (video) => {
    const number = numbers.get(video)!;
    return has(number) ? number : undefined;
  }, { missing, describe: (video) => `frame of video ${video}` });
}

const imageFile = /\.(jpe?g|png|webp)$/i;

/** In order of the numbers at the end of their names: 0.9.jpg comes before 0.10.jpg. */
function framesOf(video: string): string[] {
  if (!statSync(video, { throwIfNoEntry: false })?.isDirectory()) return [];
  const numberOf = (name: string): number => Number(/(\d+)$/.exec(path.parse(name).name)?.[1] ?? 0);
  return readdirSync(video).filter((name) => imageFile.test(name) && !name.startsWith('.'))
    .sort((a, b) => numberOf(a) - numberOf(b) || (a < b ? -1 : 1))
    .slice(0, framesOfVideo)
    .map((name) => path.join(video, name));
}

function personOf(video: string): string {
  return video.split('/')[0]!;
}
