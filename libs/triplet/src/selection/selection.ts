import { TripletError } from '../errors.ts';

/** Which of the semi-hard negatives of a pair is taken. */
export const semiHardChoices = ['random', 'hardest', 'easiest'] as const;
export type SemiHardChoice = (typeof semiHardChoices)[number];

/**
 * What happens to a pair that violates the margin but has no semi-hard negative (all violators are nearer than the
 * positive): `easiest-violator` takes the farthest of them, `hardest` the nearest, `skip` none.
 */
export const semiHardFallbacks = ['easiest-violator', 'hardest', 'skip'] as const;
export type SemiHardFallback = (typeof semiHardFallbacks)[number];

export type Selection =
  | { readonly kind: 'semi-hard'; readonly choice: SemiHardChoice; readonly fallback: SemiHardFallback }
  | { readonly kind: 'hard' }
  | { readonly kind: 'batch-hard' }
  | { readonly kind: 'all' }
  | { readonly kind: 'random-violator' };

export type SelectionKind = Selection['kind'];

/**
 * The defaults of each rule. Among semi-hard negatives `random`: in a large batch some negative lies just beyond every
 * positive, so `hardest` gives nearly every pair the full loss α, whether the network learns or collapses, and trains
 * on the few negatives that sit in many bands; a random one spreads the gradient and leaves the loss readable.
 */
export const selectionDefaults: { readonly [K in SelectionKind]: Extract<Selection, { kind: K }> } = {
  'semi-hard': { kind: 'semi-hard', choice: 'random', fallback: 'easiest-violator' },
  'hard': { kind: 'hard' },
  'batch-hard': { kind: 'batch-hard' },
  'all': { kind: 'all' },
  'random-violator': { kind: 'random-violator' },
};

/**
 * Reads a selection from a config: a name, or an object with a `kind` and what differs from the defaults.
 * @example parseSelection({ kind: 'semi-hard', choice: 'hardest' }, 'triplets.selection')
 */
export function parseSelection(value: unknown, path = 'selection'): Selection {
  const fields = typeof value === 'string' ? { kind: value } : value;
  if (typeof fields !== 'object' || fields === null) {
    throw new TripletError(`${path}: expected a name or an object with 'kind', got ${JSON.stringify(value)}`);
  }
  const { kind, ...rest } = fields as Record<string, unknown>;
  const kinds = Object.keys(selectionDefaults) as SelectionKind[];
  const defaults = selectionDefaults[oneOf(kinds, kind, typeof value === 'string' ? path : `${path}.kind`)];
  const allowed = Object.keys(defaults).filter((key) => key !== 'kind');
  for (const key of Object.keys(rest)) {
    if (!allowed.includes(key)) {
      throw new TripletError(`${path}: unknown key '${key}'; '${defaults.kind}' ` +
        (allowed.length === 0 ? 'has no options' : `has ${allowed.join(', ')}`));
    }
  }
  if (defaults.kind !== 'semi-hard') return defaults;
  return {
    kind: defaults.kind,
    choice: oneOf(semiHardChoices, rest['choice'] ?? defaults.choice, `${path}.choice`),
    fallback: oneOf(semiHardFallbacks, rest['fallback'] ?? defaults.fallback, `${path}.fallback`),
  };
}

function oneOf<T extends string>(names: readonly T[], value: unknown, path: string): T {
  const found = names.find((name) => name === value);
  if (found === undefined) throw new TripletError(`${path}: expected one of ${names.join(', ')}, got ${JSON.stringify(value)}`);
  return found;
}
