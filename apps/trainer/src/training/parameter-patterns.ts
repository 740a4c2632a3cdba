import { buildNetwork, type ModelSpec } from '@facenet/architecture';
import { UsageError } from '../cli/errors.ts';
import type { Stage } from '../config/stages.ts';

/** The name that stands for the embedding layer, whatever a network calls it. */
const lastLayer = 'last';

/**
 * Which parameters `patterns` mean: `*` is any text within a part of the name, `**` any parts, `last` the embedding
 * layer. A UsageError names a pattern that means none.
 */
export function parametersMatching(spec: ModelSpec, patterns: readonly string[], setting: string): ReadonlySet<string> {
  const names = namesOf(spec);
  const last = spec.layers.at(-1)!.name;
  const found = new Set<string>();
  for (const pattern of patterns) {
    const expression = toExpression(pattern === lastLayer ? `${last}/**` : pattern);
    const matches = names.filter((name) => expression.test(name));
    if (matches.length === 0) {
      const parts = [...new Set(names.map((name) => name.split('/')[0]!))];
      throw new UsageError(`${setting}: '${pattern}' is no parameter of '${spec.name}'; its layers are ${parts.join(', ')}, so for example '${parts[0]!}/**', or 'last'`);
    }
    for (const name of matches) found.add(name);
  }
  return found;
}

/** The parameters that stay as they are: all but those to `train`, and those to `freeze`. */
export function frozenParameters(spec: ModelSpec, { train, freeze }: Pick<Stage, 'train' | 'freeze'>): ReadonlySet<string> {
  const learning = parametersMatching(spec, train, 'train');
  const kept = parametersMatching(spec, freeze, 'freeze');
  const frozen = new Set(namesOf(spec).filter((name) => !learning.has(name) || kept.has(name)));
  if (frozen.size === namesOf(spec).length) throw new UsageError(`train, freeze: no parameter of '${spec.name}' is left to learn`);
  return frozen;
}

function namesOf(spec: ModelSpec): string[] {
  return buildNetwork(spec, { batch: 1, mode: 'inference' }).parameters.map(({ name }) => name);
}

function toExpression(pattern: string): RegExp {
  const source = pattern.split(/(\*\*|\*)/).map((part) => (
    part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
  ));
  return new RegExp(`^${source.join('')}$`);
}
