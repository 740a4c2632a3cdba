import { TripletError } from '../errors.ts';

/** Where the embedding of an image comes from: the frozen reference, or the network that learns. */
export type Source = 'v1' | 'v2';

/** Sources of anchor, positive and negative, in this order. All three from v1 is none: nothing there can move. */
export const combinations = ['v2-v2-v2', 'v2-v2-v1', 'v2-v1-v2', 'v2-v1-v1', 'v1-v2-v2', 'v1-v2-v1', 'v1-v1-v2'] as const;
export type Combination = (typeof combinations)[number];

/**
 * What a triplet of each combination counts in the loss; the weights sum to 1. The loss is their weighted mean,
 * Σ w · [d(a, p) − d(a, n) + α]₊ / Σ w, so only the ratios matter. A pair of anchor and positive chooses its negative
 * from the rows of every source with which the combination has a weight above 0; the weight does not steer the choice.
 */
export type Mix = Readonly<Record<Combination, number>>;

/** The mixes that have a name, as the combinations that count, each as much as the others. */
const named = {
  /** Anything from anywhere, negatives from both models: the harmonic triplet loss of the FaceNet paper. */
  'union': combinations,
  /** A query of one model in a gallery of the other, both ways. */
  'cross': ['v2-v1-v1', 'v1-v2-v2'],
  /** The positive is always the other model's, the negative anybody's. */
  'bridge': ['v2-v1-v1', 'v2-v1-v2', 'v1-v2-v2', 'v1-v2-v1'],
  /** v2 asks a gallery of both models: one that is being replaced image by image. */
  'probe': ['v2-v2-v2', 'v2-v2-v1', 'v2-v1-v2', 'v2-v1-v1'],
  /** v2 asks a gallery of v1: the phone and the server. */
  'query': ['v2-v1-v1'],
  /** v1 asks a gallery of v2. */
  'gallery': ['v1-v2-v2'],
  /** v2 alone, as without a reference: to be weighed with others, or beside the regression. */
  'own': ['v2-v2-v2'],
} as const satisfies Record<string, readonly Combination[]>;

export type MixName = keyof typeof named;
export const mixNames = Object.keys(named) as MixName[];

/** The mix of each name. */
export const mixes = Object.fromEntries(mixNames.map((name) => [name, weigh([[name, 1]])])) as Readonly<Record<MixName, Mix>>;

/**
 * Reads a mix from a config: a name, or an object of weights by name or by combination. A named mix shares its weight
 * among its combinations; weights of the same combination add up.
 * @example parseMix({ cross: 2, own: 1 }, 'harmonic.mix')
 * @example parseMix({ 'v2-v1-v1': 3, 'v2-v1-v2': 1 })
 */
export function parseMix(value: unknown, path = 'mix'): Mix {
  if (typeof value === 'string') return weigh([[known(value, path), 1]]);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TripletError(`${path}: expected a name or an object of weights, got ${JSON.stringify(value)}`);
  }
  const weights = Object.entries(value).map(([key, weight]): [MixName | Combination, number] => {
    const name = known(key, path);
    if (typeof weight !== 'number' || !(weight >= 0 && weight < Infinity)) {
      const seen = typeof weight === 'string' ? JSON.stringify(weight) : String(weight);
      throw new TripletError(`${path}.${name}: expected a weight of 0 or more, got ${seen}`);
    }
    return [name, weight];
  });
  if (!weights.some(([, weight]) => weight > 0)) {
    throw new TripletError(`${path}: expected a weight above 0, got ${JSON.stringify(value)}: there would be no triplets`);
  }
  return weigh(weights);
}

function known(name: string, path: string): MixName | Combination {
  if (name === 'v1-v1-v1') {
    throw new TripletError(`${path}: 'v1-v1-v1' has no gradient, v1 is frozen; expected v2 in one place at least`);
  }
  const found = [...mixNames, ...combinations].find((other) => other === name);
  if (found === undefined) {
    throw new TripletError(`${path}: expected one of ${mixNames.join(', ')}, or sources of anchor, positive and negative ` +
      `such as 'v2-v1-v1', got ${JSON.stringify(name)}`);
  }
  return found;
}

function weigh(weights: readonly (readonly [MixName | Combination, number])[]): Mix {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const mix = Object.fromEntries(combinations.map((combination) => [combination, 0])) as Record<Combination, number>;
  for (const [name, weight] of weights) {
    const parts: readonly Combination[] = name in named ? named[name as MixName] : [name as Combination];
    for (const combination of parts) mix[combination] += weight / total / parts.length;
  }
  return mix;
}
