import { didYouMean } from './did-you-mean.ts';
import type { LayerSpec, ModelSpec } from './model-spec.ts';
import { SpecError } from './spec-error.ts';

/** Removes one layer (`inception4b`) or one branch of a module (`inception4e/conv5x5`). `path` is where it was said. */
export function drop(spec: ModelSpec, target: string, path: string): ModelSpec {
  const [name, branch, ...rest] = target.split('/');
  const index = spec.layers.findIndex((layer) => layer.name === name);
  const layer = spec.layers[index];
  if (layer === undefined) throw noSuch(path, 'layer', name!, spec.layers.map((each) => each.name), spec);
  if (rest.length > 0) throw new SpecError(path, `expected 'layer' or 'layer/branch', got "${target}"`);
  if (branch !== undefined) {
    const without = dropBranch(layer, branch, path, spec);
    return { ...spec, layers: spec.layers.with(index, without) };
  }
  if (layer.kind === 'embedding') throw new SpecError(path, `'${name}' is the embedding, which no network is without`);
  return { ...spec, layers: spec.layers.toSpliced(index, 1) };
}

function dropBranch(layer: LayerSpec, branch: string, path: string, spec: ModelSpec): LayerSpec {
  if (layer.kind !== 'inception') throw new SpecError(path, `${layer.kind} '${layer.name}' has no branches`);
  const names = Object.keys(layer.branches);
  if (!names.includes(branch)) throw noSuch(path, `branch of '${layer.name}'`, branch, names, spec);
  if (names.length === 1) throw new SpecError(path, `'${branch}' is the only branch of '${layer.name}'`);
  const kept = Object.entries(layer.branches).filter(([name]) => name !== branch);
  return { ...layer, branches: Object.fromEntries(kept) };
}

function noSuch(path: string, what: string, got: string, choices: readonly string[], spec: ModelSpec): SpecError {
  const hint = didYouMean(got, choices) || `; there are ${choices.join(', ')}`;
  return new SpecError(path, `${spec.name} has no ${what} "${got}"${hint}`);
}
