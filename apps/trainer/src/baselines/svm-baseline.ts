import { Random } from '@facenet/architecture';
import { dividePeople, makePairs, mostPairsPerSet, type PairRows, type PairsFile, resolvePairs, type SortedPairs, type Embeddings } from '@facenet/evaluation';
import { UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import { embedImageSet } from '../evaluate/evaluate-bundle.ts';
import { measurePairs, valOfParts } from '../evaluate/evaluate-embeddings.ts';
import { imageFinder, type ImageSet, imageSetOf, onlyFiles } from '../evaluate/image-set.ts';
import type { Perturbation } from '../evaluate/perturb.ts';
import { drawPairs, readPairs } from '../evaluate/protocols/identity-folder.ts';
import { type EvaluationSummary, summarize } from '../evaluate/summary.ts';
import { readIdentities } from '../data/readers/readers.ts';
import { openFaceModel } from '@facenet/model';
import { refuseTrainingImages } from '../model/refuse-training-images.ts';
import { concatenate, type PairFeatures } from './pair-features.ts';
import { learnPairs, type PairMachine, scorePair, scorePairs } from './pair-machine.ts';
import { samePeople } from './same-people.ts';

export interface SvmBaselineOptions {
  /** Bundles whose embeddings are laid side by side. */
  readonly models: readonly string[];
  /** Ready crops of people to learn from. */
  readonly train: string;
  /** Their pairs; drawn unless given. */
  readonly trainPairs?: string | undefined;
  readonly features: PairFeatures;
  readonly c?: number | undefined;
  /** What it is measured on. */
  readonly images: ImageSet;
  readonly pairs?: string | undefined;
  readonly far: number;
  readonly seed: number;
  readonly flip: boolean;
  /** Of the images it is measured on. */
  readonly perturbation?: Perturbation | undefined;
  readonly progress: Progress;
}

export interface SvmBaselineResult {
  readonly machine: PairMachine;
  readonly trainedOn: { readonly pairs: number; readonly people: number };
  readonly summary: EvaluationSummary;
  /** Share of the test pairs on the right side of 0, the threshold that the machine learned. */
  readonly accuracyAtOwnThreshold: number | null;
}

/** Drawn to learn from: five sets that share no person, each with so many pairs of one person and of two. */
const learning = { sets: 5, perSet: 600, imagesPerPerson: 10 } as const;
const parts = 5;

/**
 * The recipe before embeddings were learned whole: the features of several networks side by side, and a linear support
 * vector machine that decides about pairs. It learns from people of its own; whom it learned from is not measured.
 */
export async function runSvmBaseline(options: SvmBaselineOptions): Promise<SvmBaselineResult> {
  const { images, pairs, seed, far, progress } = options;
  const random = new Random(seed, 'svm');
  const learned = chooseLearning(options);
  const file = pairs === undefined ? undefined : readPairs(pairs);
  const shared = await samePeople(images, learned.whole);
  refuseLearned(file, shared);
  const tested = withoutPeople(images, shared);
  if (file) resolvePairs(file, imageFinder(tested).rowOf);

  const train = await embedByAll(learned.images, options, { purpose: 'to learn from', measured: false });
  const trainPairs = resolvePairs(learned.file, imageFinder(train.images).rowOf, { missing: 'skip' });
  progress.line(`learning from ${trainPairs.first.length} pairs of ${learned.people.size} people`);
  const machine = learnPairs(train.embeddings, trainPairs, { ...options, random });

  const test = await embedByAll(tested, options, { purpose: 'to measure', measured: true });
  const { rowOf, people } = imageFinder(test.images);
  const chosen = file ?? drawPairs(people, seed);
  const rows = chosen && resolvePairs(chosen, rowOf);
  const scores = rows && scorePairs(machine, test.embeddings, rows);
  progress.update(1, `measuring all pairs of ${test.images.labels.length} images, in ${parts} parts`);
  const summary = summarize({
    images: test.images.labels.length,
    identities: new Set(test.images.labels).size,
    far,
    listed: true,
    pairs: rows && measurePairs({ pairs: rows, distances: scores!.map(asDistance), people: test.images.labels }, far),
    valAllPairs: valOfParts(test.images.labels, { far, parts }, () => scoreParts(machine, test.embeddings, test.images.labels)),
    whole: { refused: 'the machine is asked about parts and pairs alone' },
  });
  return {
    machine, summary,
    trainedOn: { pairs: trainPairs.first.length, people: learned.people.size },
    accuracyAtOwnThreshold: rows === undefined ? null : shareRight(scores!, rows),
  };
}

interface LearningSet {
  /** All images of the people it learns from. */
  readonly whole: ImageSet;
  /** Those that are embedded. */
  readonly images: ImageSet;
  readonly file: PairsFile;
  readonly people: ReadonlySet<string>;
}

function chooseLearning({ train, trainPairs, seed }: SvmBaselineOptions): LearningSet {
  const identities = readIdentities(train);
  if (trainPairs !== undefined) {
    const file = readPairs(trainPairs);
    const people = peopleOf(file);
    const images = imageSetOf(identities.filter(({ name }) => people.has(name)));
    resolvePairs(file, imageFinder(images).rowOf);
    return { whole: images, images, file, people };
  }
  const images = imageSetOf(identities.map(({ name, files }) => {
    const some = new Random(seed, `svm/${name}`).shuffle([...files]).slice(0, learning.imagesPerPerson);
    return { name, files: some.sort() };
  }));
  const { people } = imageFinder(images);
  const perSet = people.length < 2 * learning.sets ? 0 : Math.min(learning.perSet, mostPairsPerSet(people, learning.sets));
  if (perSet === 0) throw new UsageError(`${train}: expected at least ${2 * learning.sets} people with two images each to learn from, found too few among ${people.length}`);
  const file = makePairs(people, { sets: learning.sets, perSet, random: new Random(seed, 'svm/pairs') });
  const drawn = peopleOf(file);
  return { whole: imageSetOf(identities.filter(({ name }) => drawn.has(name))), images, file, people: drawn };
}

function peopleOf({ pairs }: PairsFile): Set<string> {
  return new Set(pairs.flatMap(({ first, second }) => [first.identity, second.identity]));
}

function refuseLearned(file: PairsFile | undefined, people: ReadonlySet<string>): void {
  const pair = file?.pairs.find(({ first, second }) => people.has(first.identity) || people.has(second.identity));
  if (!pair) return;
  const name = [pair.first, pair.second].find(({ identity }) => people.has(identity))!.identity;
  throw new UsageError(`${file!.name}:${pair.line}: '${name}' is among the people to learn from; measure on others`);
}

function withoutPeople(set: ImageSet, people: ReadonlySet<string>): ImageSet {
  const rest = onlyFiles(set, set.files.filter((_, row) => !people.has(set.identities[set.labels[row]!]!)));
  if (rest.files.length === 0) throw new UsageError('everybody in the images to measure on is among the people to learn from; expected others');
  return rest;
}

/** The embeddings of every model, side by side; of the images that can be decoded. What is measured no model may have been trained on. */
async function embedByAll(
  set: ImageSet, { models, flip, seed, perturbation = {}, progress }: SvmBaselineOptions, { purpose, measured }: { purpose: string; measured: boolean },
): Promise<{ images: ImageSet; embeddings: Embeddings }> {
  const found: { images: ImageSet; embeddings: Embeddings }[] = [];
  for (const [i, folder] of models.entries()) {
    const model = await openFaceModel(folder);
    const own: Progress = { ...progress, update: (share, note) => { progress.update((i + share) / models.length, `${purpose}, ${model.manifest.name}: ${note}`); } };
    try {
      if (measured) {
        const { note } = await refuseTrainingImages(model, set.files, peopleIn(set), (done, total) => { own.update(done / total, 'looking for images trained on'); });
        if (note !== undefined) progress.line(note);
      }
      // What the first model could not read is not shown to the others.
      found.push(await embedImageSet(model, found[0]?.images ?? set, { strict: false, flip, seed, perturbation: measured ? perturbation : {}, progress: own }));
    } finally {
      await model.dispose();
    }
  }
  return { images: found[0]!.images, embeddings: concatenate(found.map(({ embeddings }) => embeddings)) };
}

function peopleIn({ labels, identities }: ImageSet): string[] {
  return [...new Set(labels)].map((label) => identities[label]!);
}

/** Scores as distances from 0 to 4 in the opposite order, 2 where the machine is undecided: what the folds' thresholds run over. */
function asDistance(score: number): number {
  return 4 / (1 + Math.exp(score));
}

function shareRight(scores: Float64Array, { same }: PairRows): number {
  return scores.reduce((sum, score, pair) => sum + Number(score > 0 === (same[pair] === 1)), 0) / scores.length;
}

/** All pairs within each part; the scores, turned round, serve as distances, since only their order counts. */
function scoreParts(machine: PairMachine, embeddings: Embeddings, labels: Int32Array): SortedPairs[] {
  const part = dividePeople(labels, parts);
  const scratch = new Float32Array(machine.weights.length);
  return Array.from({ length: parts }, (_, index): SortedPairs => {
    const rows = [...labels.keys()].filter((row) => part[row] === index);
    const [same, different]: [number[], Float64Array] = [[], new Float64Array((rows.length * (rows.length - 1)) / 2)];
    let count = 0;
    rows.forEach((a, i) => {
      for (let j = i + 1; j < rows.length; j++) {
        const distance = -scorePair(machine, embeddings, scratch, a, rows[j]!);
        if (labels[a] === labels[rows[j]!]) same.push(distance);
        else different[count++] = distance;
      }
    });
    return { same: Float64Array.from(same).sort(), different: different.slice(0, count).sort(), pairsDifferent: count };
  });
}
