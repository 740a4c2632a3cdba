/**
 * What keeping vectors in 2 bytes or 1 byte a number costs: VAL over all pairs and rank-1 of the same embeddings as each
 * format gives them back.
 *   npx facenet embed FACES --crop --model BUNDLE --out faces.csv          # FACES: one folder per person
 *   node --import tsx apps/server/src/store/formats.bench.ts faces.csv [FAR]
 */
import { allPairs, type Embeddings, valAtFar } from '@facenet/evaluation';
import { MemoryIndex } from './memory-index.ts';
import { readFaces } from './testing/face-like-vectors.ts';
import { packInt8, unpackInt8 } from './vectors/int8.ts';

const [file, far = '0.001'] = process.argv.slice(2);
if (file === undefined) throw new Error('expected: formats.bench.ts FACES.csv [FAR]');

const rows = readFaces(file);
const people = [...new Set(rows.map(({ person }) => person))];
const labels = Int32Array.from(rows, ({ person }) => people.indexOf(person));
const size = rows[0]!.vector.length;

const formats: Readonly<Record<string, { readonly bytes: number; readonly kept: (vector: Float32Array) => Float32Array }>> = {
  float32: { bytes: 4 * size, kept: (vector) => vector },
  float16: { bytes: 2 * size, kept: (vector) => vector.map(halfPrecision) },
  int8: { bytes: size, kept: (vector) => unpackInt8(packInt8(vector)) },
};

const table = Object.entries(formats).map(([format, { bytes, kept }]) => {
  const vectors = rows.map(({ vector }) => kept(vector));
  const data = new Float32Array(vectors.length * size);
  vectors.forEach((vector, row) => { data.set(vector, row * size); });
  const { value: val, threshold, falseAccepts } = valAtFar(allPairs({ data, size } satisfies Embeddings, labels, { largestFar: Number(far) }), Number(far));
  const change = Math.max(...vectors.map((vector, i) => vector.reduce((sum, value, j) => sum + (value - rows[i]!.vector[j]!) ** 2, 0)));
  return {
    format, 'bytes a vector': bytes, [`VAL at FAR ${far}, %`]: percent(val), threshold: Number(threshold.toFixed(4)), 'false accepts': falseAccepts,
    'rank-1, %': percent(rankOne(vectors)), 'largest squared distance of a vector to itself': Number(change.toPrecision(2)),
  };
});
console.log(`${rows.length} faces of ${people.length} people`);
console.table(table);

/** Share of faces whose nearest other face is of the same person, among people with two or more. */
function rankOne(vectors: readonly Float32Array[]): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const index = new MemoryIndex(size);
  vectors.forEach((vector, row) => { index.put({ faceId: String(row), personId: null, modelId: '' }, vector); });
  const probes = vectors.flatMap((vector, row) => (counts.get(labels[row]!)! > 1 ? [{ vector, row }] : []));
  const right = probes.filter(({ vector, row }) => {
    const other = index.nearest(vector, 2, false).find(({ faceId }) => faceId !== String(row));
    return other !== undefined && labels[Number(other.faceId)] === labels[row];
  });
  return right.length / probes.length;
}

/** IEEE 754 binary16, rounded to even, as PostgreSQL's halfvec keeps it; numbers of a unit vector need no infinity. */
function halfPrecision(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const step = 2 ** (exponent - 10);
  const scaled = value / step;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
  return rounded * step;
}

function percent(share: number): number {
  return Number((100 * share).toFixed(3));
}
