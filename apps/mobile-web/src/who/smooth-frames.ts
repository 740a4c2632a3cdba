import type { Box } from '@facenet/face';

/** What one frame says of one face. */
export interface SeenFace {
  /** In pixels of the frame. */
  readonly box: Box;
  readonly verdict: 'match' | 'ambiguous' | 'unknown';
  /** Of a match. */
  readonly personId: string | null;
}

/** What is shown beside a face; `looking` until frames agree. */
export type Shown =
  | { readonly state: 'looking' | 'ambiguous' | 'unknown' }
  | { readonly state: 'match'; readonly personId: string };

export interface Track {
  /** Stays while the face stays in the picture. */
  readonly id: number;
  readonly box: Box;
  readonly shown: Shown;
  /** What the last frames said, the newest last. */
  readonly recent: readonly string[];
  /** Frames in a row without the face. */
  readonly missed: number;
}

/** Plain data; the first frame begins with `noFaces`. */
export interface Live {
  readonly tracks: readonly Track[];
  readonly nextId: number;
}

export const noFaces: Live = { tracks: [], nextId: 1 };

export interface SmoothRule {
  /** Frames that are remembered of a face. */
  readonly window: number;
  /** So many of them must say the same before it is shown: more than half, so that no two answers are both right. */
  readonly agree: number;
  /** Boxes of two frames are one face where they share this part of their union. */
  readonly overlap: number;
  /** Frames that a face may be lost for, as when somebody blinks, before it is a new one. */
  readonly patience: number;
}

export const usualRule: SmoothRule = { window: 7, agree: 4, overlap: 0.3, patience: 3 };

/**
 * The tracks after one more frame. A name is shown when `agree` of the last `window` frames say it; a wrong frame in between
 * changes nothing, and a track never goes from one name to another without as many frames for the other. Throws a RangeError
 * for a rule under which two names could agree at once.
 */
export function smoothFrame(before: Live, faces: readonly SeenFace[], rule: SmoothRule = usualRule): Live {
  if (!(rule.agree > rule.window / 2 && rule.agree <= rule.window)) throw new RangeError(`agree is ${rule.agree} of ${rule.window} frames; expected more than half, and not more than all`);
  const pairs = pairUp(before.tracks, faces, rule.overlap);
  const seen = before.tracks.flatMap((track): Track[] => {
    const face = pairs.get(track);
    if (face !== undefined) return [seenAgain(track, face, rule)];
    return track.missed < rule.patience ? [{ ...track, missed: track.missed + 1 }] : [];
  });
  const known = new Set(pairs.values());
  const fresh = faces.filter((face) => !known.has(face));
  return {
    tracks: [...seen, ...fresh.map((face, i) => seenAgain({ id: before.nextId + i, box: face.box, shown: { state: 'looking' }, recent: [], missed: 0 }, face, rule))],
    nextId: before.nextId + fresh.length,
  };
}

function seenAgain(track: Track, face: SeenFace, rule: SmoothRule): Track {
  const recent = [...track.recent, voteOf(face)].slice(-rule.window);
  return { ...track, box: face.box, recent, missed: 0, shown: agreed(recent, rule.agree) ?? track.shown };
}

function voteOf({ verdict, personId }: SeenFace): string {
  return verdict === 'match' && personId !== null ? `match ${personId}` : verdict;
}

/** What enough frames say, if any. */
function agreed(recent: readonly string[], agree: number): Shown | undefined {
  const counts = new Map<string, number>();
  for (const vote of recent) counts.set(vote, (counts.get(vote) ?? 0) + 1);
  const vote = recent.find((each) => counts.get(each)! >= agree);
  if (vote === undefined) return undefined;
  if (vote.startsWith('match ')) return { state: 'match', personId: vote.slice('match '.length) };
  return { state: vote === 'ambiguous' ? 'ambiguous' : 'unknown' };
}

/** The pairs that overlap most first, each track and each face once. */
function pairUp(tracks: readonly Track[], faces: readonly SeenFace[], least: number): Map<Track, SeenFace> {
  const pairs = tracks.flatMap((track) => faces.map((face) => ({ track, face, share: sharedPart(track.box, face.box) })));
  const chosen = new Map<Track, SeenFace>();
  const taken = new Set<SeenFace>();
  for (const { track, face, share } of pairs.filter(({ share }) => share >= least).sort((a, b) => b.share - a.share)) {
    if (share === 0 || chosen.has(track) || taken.has(face)) continue;
    chosen.set(track, face);
    taken.add(face);
  }
  return chosen;
}

/** Intersection over union, 0 to 1. */
function sharedPart(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return width * height / (a.width * a.height + b.width * b.height - width * height);
}
