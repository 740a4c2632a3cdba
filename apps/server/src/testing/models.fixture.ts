import type { Pixels } from '@facenet/face';
import { BusyError, type Embedder } from '../inference/embedder.ts';
import { type LoadedModel, type ModelRegistry, ThresholdError } from '../models/model-registry.ts';

export const vectorSize = 16;

/** Distances that separate two people, by (query, gallery); 1e-2 is the rate of `ambiguousBelow`. */
const thresholds: Readonly<Record<string, readonly [match: number, ambiguous: number]>> = {
  'heavy heavy': [0.4, 0.6],
  'tiny heavy': [0.5, 0.7],
  'tiny tiny': [0.6, 0.8],
};

export interface FakeRegistry extends ModelRegistry {
  /** Every embedding is refused while it is true. */
  isBusy: boolean;
}

/** Two models of one space, and one of another, that make vectors of the first pixels of a crop. */
export function createFakeModels(): FakeRegistry {
  const state = { isBusy: false };
  const models = [fakeModel('heavy', 'space-one', state), fakeModel('tiny', 'space-one', state), fakeModel('stranger', 'space-two', state)];
  let usual = models[0]!;
  const get = (id: string): LoadedModel | undefined => models.find(({ modelId, name }) => modelId === id || name === id);
  return {
    get isBusy() { return state.isBusy; },
    set isBusy(value) { state.isBusy = value; },
    get default() { return usual; },
    list: () => models,
    get,
    inSpace: (spaceId) => models.filter((each) => each.spaceId === spaceId),
    load: () => Promise.reject(new Error('not here')),
    setDefault: (id) => (usual = get(id)!),
    use: (id, work) => work(id === undefined ? usual : get(id)!),
    unload: () => Promise.resolve(),
    decide: ({ query, gallery }, distance, far) => {
      const pair = thresholds[`${query} ${gallery}`] ?? thresholds[`${gallery} ${query}`];
      if (pair === undefined) throw new ThresholdError('none', []);
      if (far !== 1e-3) throw new ThresholdError('none at this rate', [1e-3]);
      const [threshold, ambiguousBelow] = pair;
      return { decision: distance < threshold ? 'match' : distance < ambiguousBelow ? 'ambiguous' : 'unknown', distance, threshold, ambiguousBelow, far };
    },
    thresholds: () => Object.entries(thresholds).map(([pair, [threshold]]) => {
      const [queryModelId, galleryModelId] = pair.split(' ') as [string, string];
      return { queryModelId, galleryModelId, far: 1e-3, threshold, val: 0.5, falseAccepts: 1, pairsSame: 10, pairsDifferent: 1000, source: 'made up' };
    }),
    dispose: () => Promise.resolve(),
  };
}

function fakeModel(name: string, spaceId: string, state: { readonly isBusy: boolean }): LoadedModel {
  const embedder: Embedder = {
    embed: (crops) => (state.isBusy ? Promise.reject(new BusyError(3)) : Promise.resolve(crops.map(vectorOf))),
    load: { waiting: 0, running: 0, capacity: 64 },
    dispose: () => Promise.resolve(),
  };
  return { modelId: name, name: `${name} network`, spaceId, size: vectorSize, inputSize: [3, 4, 4], licence: 'MIT', provider: 'cpu', fars: [1e-3], embedder };
}

/** A direction of the person's own, turned by the variation towards one that all share: distance 2 − 2 cos(angle). */
export function vectorOf({ data }: Pixels): Float32Array {
  const person = data[0]! + 256 * data[1]!;
  const angle = (data[2]! / 255) * (Math.PI / 2);
  const vector = new Float32Array(vectorSize);
  vector[1 + (person % (vectorSize - 1))] = Math.cos(angle);
  vector[0] = Math.sin(angle);
  return vector;
}
