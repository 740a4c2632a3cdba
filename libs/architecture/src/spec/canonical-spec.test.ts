import { canonicalSpec } from './canonical-spec.ts';
import type { ModelSpec } from './model-spec.ts';
import { models } from './networks.ts';

/** The same value with the keys of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, field]) => [key, reversed(field)]));
}

describe('canonicalSpec', () => {
  it.each(Object.entries(models))('%s does not depend on the order of keys', (_, spec) => {
    const other = reversed(spec) as ModelSpec;
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(spec));
    expect(canonicalSpec(other)).toBe(canonicalSpec(spec));
    expect(JSON.parse(canonicalSpec(spec))).toEqual(spec);
  });

  it('does not depend on whether a default is written', () => {
    const layers = models.nns2.layers.map((layer) => (
      layer.kind === 'inception' && layer.stride === undefined ? { ...layer, stride: 1 } : layer));
    const explicit = { ...models.nns2, layers } as unknown as ModelSpec;
    expect(canonicalSpec(explicit)).toBe(canonicalSpec(models.nns2));
  });

  it('differs where the networks differ, the order of layers included', () => {
    const [first, second, ...rest] = models.nns2.layers;
    const swapped = { ...models.nns2, layers: [second!, first!, ...rest] };
    const all = [...Object.values(models), swapped, { ...models.nns2, embedding: 64 }];
    expect(new Set(all.map(canonicalSpec)).size).toBe(all.length);
  });

  it('is this text for a small network', () => {
    const spec: ModelSpec = {
      name: 'small', input: [3, 8, 6], embedding: 4, normalization: 'none',
      layers: [
        { kind: 'inception', name: 'a', stride: 2, branches: { pool: { kind: 'max' }, conv3x3: { reduce: 1, out: 2 } } },
        { kind: 'embedding', name: 'b' },
      ],
    };
    expect(canonicalSpec(spec)).toBe(
      '{"embedding":4,"input":[3,8,6],"layers":[{"branches":{"conv3x3":{"out":2,"reduce":1},"pool":{"kind":"max"}},' +
      '"kind":"inception","name":"a","stride":2},{"kind":"embedding","name":"b"}],"name":"small","normalization":"none"}',
    );
  });
});
