import type { CollectionShape } from './collection-shapes.ts';

/** What pgvector 0.8 keeps of a face while it builds, besides the numbers: measured in docs/results/server.md. */
const bytesBeside = 780;
/** Faces that are added meanwhile. */
const growth = 1.1;

/** Neither takes the whole machine: the one has two gigabytes for everything that its WASM does, the other is not ours alone. */
export const mostMegabytes = { embedded: 192, postgres: 2048 } as const;

/**
 * `maintenance_work_mem` for an HNSW index, in megabytes: enough for its graph, up to a limit. A graph that does not fit is
 * finished on disk, many times slower.
 */
export function buildMemory(kind: keyof typeof mostMegabytes, faces: number, { size, format }: CollectionShape): number {
  const bytes = bytesBeside + size * (format === 'float16' ? 2 : 4);
  return Math.min(mostMegabytes[kind], Math.max(64, Math.ceil((growth * faces * bytes) / 2 ** 20)));
}
