import type { ModelSpec } from './model-spec.ts';
import { parseModelSpec } from './parse-model-spec.ts';

/** One text per network, whatever order its keys came in; what a digest of the spec is taken of. */
export function canonicalSpec(spec: ModelSpec): string {
  return JSON.stringify(sorted(parseModelSpec(spec)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, field]) => [key, sorted(field)]));
}
