import path from 'node:path';
import { type ClusteringScores, type Embeddings, scoreClustering } from '@facenet/evaluation';
import { type Grounds, groundsOf, ownPair, thresholdFor } from '@facenet/export';
import { InterruptedError, UsageError } from '../cli/errors.ts';
import { byName } from '../data/identity.ts';
import { type FaceModel } from '@facenet/model';
import { formatAddress } from '../data/address.ts';
import type { FaceReader } from '../data/face-reader.ts';
import { embedFaces } from '../model/embed-faces.ts';
import { faceJson, type FaceJson } from '../model/face-json.ts';
import { type AlgorithmName, groupFaces, type Method } from './algorithms.ts';
import type { ListedFiles } from './list-files.ts';

export interface ClusterOptions {
  readonly algorithm: AlgorithmName;
  /** Squared distance below which faces go together; else that of the model at the rate `far`. */
  readonly threshold?: number | undefined;
  readonly far: number;
  /** The number of groups, for k-means. */
  readonly clusters?: number | undefined;
  /** For DBSCAN: faces within the threshold, itself counted, that make a face the core of a group. */
  readonly minPoints: number;
  readonly seed: number;
  /** The folder has a folder for each person: say how well the groups agree with that. */
  readonly score: boolean;
  readonly reader: FaceReader;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number, note: string) => void;
  /** From here on until the result, `signal` goes unheard. */
  readonly onCompare: () => void;
}

export interface ClusterFace extends FaceJson {
  readonly file: string;
}

export interface Cluster {
  /** From 1, the largest first. */
  readonly id: number;
  /** Each once, also where several faces of it are here. */
  readonly files: readonly string[];
  readonly faces: readonly ClusterFace[];
}

export interface FaceGroups {
  /** The largest first; as large ones in order of their first file. Every face is in exactly one. */
  readonly clusters: readonly Cluster[];
  readonly faces: number;
  /** Clusters of one face. */
  readonly singletons: number;
  /** Images that could not be read, which are in no cluster. */
  readonly broken: readonly { readonly file: string; readonly reason: string }[];
  /** Photos in which no face was found. */
  readonly withoutFace: readonly string[];
  /** Files that are no images by their name. */
  readonly ignored: readonly string[];
  readonly algorithm: AlgorithmName;
  readonly threshold: number | null;
  /** The rate that the threshold stands for, and what it was measured on. */
  readonly far: number | null;
  readonly measured: Grounds | null;
  readonly seed: number;
  readonly scores?: ClusteringScores;
}

/** Puts the faces in a folder into groups, one for each person as far as the model can tell. */
export async function clusterFolder(model: FaceModel, folder: string, { images, others }: ListedFiles, options: ClusterOptions): Promise<FaceGroups> {
  const { method, about } = methodOf(model, options);
  const people = options.score ? peopleOf(folder, images) : undefined;
  const inFolder = (name: string): string => path.join(folder, name);
  const broken: { file: string; reason: string }[] = [];
  const seen = await embedFaces(model, options.reader, images.map(inFolder), {
    // Whose the others are, the folder does not say.
    ...(people && { choose: (faces) => faces.slice(0, 1) }),
    onBroken: ({ message }, file) => { broken.push({ file, reason: message.replace(`${file}: `, '') }); },
    onProgress: (done, total) => {
      if (options.signal.aborted) throw new InterruptedError(`stopped after ${done} of ${total} images; nothing was written`);
      options.onProgress(done / total, `${done} of ${total} images`);
    },
  });
  const found = seen.flatMap(({ file, faces }) => faces.map((face) => ({ file, ...face })));
  if (found.length === 0) throw new UsageError(nothingIn(folder, images.length, seen.length, others));
  options.onCompare();
  const data = new Float32Array(found.length * model.embedding);
  found.forEach(({ embedding }, row) => { data.set(embedding, row * model.embedding); });
  const labels = groupFaces({ data, size: model.embedding } satisfies Embeddings, method, options.onProgress);
  const clusters = orderedClusters(found.map(({ file, ...face }) => ({ file, ...faceJson(face) })), labels);
  return {
    clusters,
    faces: found.length,
    singletons: clusters.filter(({ faces }) => faces.length === 1).length,
    broken: broken.sort((a, b) => byName(a.file, b.file)),
    withoutFace: seen.filter(({ faces }) => faces.length === 0).map(({ file }) => file),
    ignored: others.map(inFolder),
    algorithm: options.algorithm,
    ...about,
    seed: options.seed,
    ...(people && { scores: scoreClustering(Int32Array.from(found, ({ file }) => people.get(path.relative(folder, file))!), labels) }),
  };
}

/** A wrong choice is found before any image is read. */
function methodOf({ manifest }: FaceModel, options: ClusterOptions): { method: Method; about: Pick<FaceGroups, 'threshold' | 'far' | 'measured'> } {
  const { algorithm, clusters, minPoints, seed } = options;
  if (algorithm === 'k-means') {
    if (clusters === undefined) throw new UsageError('k-means: expected the number of groups, --clusters N; the other algorithms find it themselves');
    return { method: { algorithm, clusters, seed }, about: { threshold: null, far: null, measured: null } };
  }
  if (options.threshold !== undefined) {
    return { method: { algorithm, threshold: options.threshold, minPoints, seed }, about: { threshold: options.threshold, far: null, measured: null } };
  }
  const found = thresholdFor(manifest, ownPair(manifest), options.far);
  const { threshold } = found;
  return { method: { algorithm, threshold, minPoints, seed }, about: { threshold, far: options.far, measured: groundsOf(found) } };
}

/** The number of each image's person, whom its first folder names. */
function peopleOf(folder: string, images: readonly string[]): Map<string, number> {
  const loose = images.find((name) => !name.includes('/'));
  if (loose !== undefined) throw new UsageError(`${path.join(folder, loose)}: --score expects a folder for each person in ${folder}, and no image beside them`);
  const numbers = new Map([...new Set(images.map((name) => name.split('/', 1)[0]!))].map((name, number) => [name, number]));
  return new Map(images.map((name) => [path.normalize(name), numbers.get(name.split('/', 1)[0]!)!]));
}

/** Faces come in order of their files' names, so the first of a group has the smallest. */
function orderedClusters(faces: readonly ClusterFace[], labels: Int32Array): Cluster[] {
  const groups: ClusterFace[][] = [];
  labels.forEach((label, row) => { (groups[label] ??= []).push(faces[row]!); });
  // Labels are numbered by first appearance, and sorting is stable.
  return groups.sort((a, b) => b.length - a.length)
    .map((members, index) => ({ id: index + 1, files: [...new Set(members.map(({ file }) => file))], faces: members }));
}

/** Where the pixels of a face are, for whoever decodes them again. */
export function addressOf({ file, landmarks }: ClusterFace): string {
  return landmarks === null ? file : formatAddress({ file, face: { kind: 'points', values: landmarks.flatMap(({ x, y }) => [x, y]) } });
}

function nothingIn(folder: string, images: number, decoded: number, others: readonly string[]): string {
  if (decoded > 0) return `${folder}: no face was found in ${decoded} photos; if they are ready crops, say --crop`;
  if (images > 0) return `${folder}: none of ${images} images could be decoded`;
  return `${folder}: expected images of faces, found ${others[0] === undefined ? 'no file' : `none among ${others.length}, such as ${others[0]}`}`;
}
