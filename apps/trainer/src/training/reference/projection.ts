import { readFileSync } from 'node:fs';
import { projectReference, TripletError } from '@facenet/triplet';
import { z } from 'zod';
import { UsageError } from '../../cli/errors.ts';

const matrixSchema = z.array(z.array(z.number()).min(1)).min(1).refine((rows) => rows.every((row) => row.length === rows[0]!.length), 'rows of different lengths');

/**
 * The map from v1's embeddings to the size of this network's: the matrix of a file, or none. A UsageError says how the
 * sizes disagree.
 */
export function openProjection(
  { reference, projection: file }: { readonly reference: string; readonly projection?: string | undefined }, from: number, to: number,
): (rows: Float32Array) => Float32Array {
  if (file === undefined) {
    if (from === to) return (rows) => rows;
    throw new UsageError(`harmonic.reference: ${reference} has embeddings of ${from} numbers, this network ${to}; set model.embedding=${from}, or declare harmonic.projection`);
  }
  const matrix = readMatrix(file);
  if (matrix.length !== to || matrix[0]!.length !== from) {
    throw new UsageError(`harmonic.projection: ${file} is [${matrix.length}, ${matrix[0]!.length}]; expected [${to}, ${from}], from the reference's ${from} numbers to this network's ${to}`);
  }
  const flat = matrix.flat();
  return (rows) => {
    try {
      return projectReference(rows, rows.length / from, from, flat, to);
    } catch (error) {
      throw error instanceof TripletError ? new UsageError(`harmonic.projection: ${file}: ${error.message}`) : error;
    }
  };
}

function readMatrix(file: string): number[][] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`harmonic.projection: ${file}: ${(error as Error).message}`);
  }
  const matrix = matrixSchema.safeParse(json);
  if (!matrix.success) throw new UsageError(`harmonic.projection: ${file}: expected a list of rows of numbers (${matrix.error.issues[0]!.message})`);
  return matrix.data;
}
