import { BundleError } from './bundle-error.ts';
import type { Manifest } from './manifest.ts';

/** A measured figure with its interval of confidence. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Share of pairs of one person accepted, at a cell's own threshold for the report's false-accept rate. */
export interface CellVal extends Estimate {
  readonly threshold: number;
  /** Achieved at the threshold. */
  readonly far: number;
  readonly falseAccepts: number;
  readonly pairsSame: number;
  readonly pairsDifferent: number;
}

/** Share of probes whose nearest other image shows the same person. */
export interface CellRank1 extends Estimate {
  readonly probes: number;
}

/**
 * Whether this model's embeddings can be searched in the gallery of another one: both alone and across, on images that
 * neither was trained on. `gallery` is the other model against itself, `query` this one against itself, `cross` this
 * one's probes in the other's gallery, `crossReverse` the other's probes in this one's. VAL across is symmetric.
 */
export interface CompatibilityReport {
  /** Of a gallery that is a file of embeddings: the SHA-256 of the file. */
  readonly galleryModelId: string;
  readonly gallerySpaceId: string;
  readonly galleryName: string;
  readonly images: { readonly source: string; readonly identities: number; readonly images: number };
  /** False-accept rate of `val`. */
  readonly far: number;
  readonly val: { readonly gallery: CellVal; readonly query: CellVal; readonly cross: CellVal };
  readonly rank1: {
    readonly gallery: CellRank1; readonly query: CellRank1; readonly cross: CellRank1; readonly crossReverse: CellRank1;
  };
  readonly passes: boolean;
  /** ISO 8601. */
  readonly measuredAt?: string;
}

/**
 * Every cell across is at least as good as the weaker of the two models alone, and neither is at chance alone: one that
 * gives everyone the same embedding would be as good across as alone.
 */
export function isCompatible({ val, rank1 }: Pick<CompatibilityReport, 'val' | 'rank1'>): boolean {
  return shortfalls({ val, rank1 }).length === 0;
}

/** Keeps a report, in place of an older one about the same gallery. */
export function withCompatibility(manifest: Manifest, report: CompatibilityReport): Manifest {
  const others = manifest.compatibility.filter(({ galleryModelId }) => galleryModelId !== report.galleryModelId);
  return { ...manifest, compatibility: [...others, report] };
}

/**
 * The manifest in the space of the gallery that it was found compatible with; the report is kept in it, as its proof.
 * Weights, and so modelId, stay. Throws a BundleError when the report does not pass: there is no way around measuring.
 */
export function adoptSpace(manifest: Manifest, report: CompatibilityReport): Manifest {
  const short = shortfalls(report);
  if (short.length > 0) {
    throw new BundleError(
      `${manifest.name} cannot take the space '${report.gallerySpaceId}' of ${report.galleryName}: ${short.join('; ')}; ` +
      'expected at least the weaker of both models alone',
    );
  }
  return { ...withCompatibility(manifest, report), spaceId: report.gallerySpaceId };
}

/** What is worse across than with the weaker model alone, and which model tells no one apart. */
function shortfalls({ val, rank1 }: Pick<CompatibilityReport, 'val' | 'rank1'>): string[] {
  const weakest = { val: weaker(val), rank1: weaker(rank1) };
  const cells = [
    ['VAL across', val.cross, weakest.val],
    ['rank 1 across', rank1.cross, weakest.rank1],
    ['rank 1 across, in reverse', rank1.crossReverse, weakest.rank1],
  ] as const;
  // Not `<`, so that NaN falls short as well.
  const below = cells.flatMap(([name, { value }, least]) => (value >= least ? [] : [`${name} is ${percent(value)}, below ${percent(least)}`]));
  const alone = [['the gallery', val.gallery], ['the query', val.query]] as const;
  // At chance, as many pairs of one person are accepted as of two.
  const useless = alone.flatMap(([name, { value, far }]) => (value > far ? [] : [`${name} alone tells no one apart (VAL ${percent(value)} at FAR ${percent(far)})`]));
  return [...useless, ...below];
}

function weaker({ gallery, query }: { readonly gallery: Estimate; readonly query: Estimate }): number {
  return Math.min(gallery.value, query.value);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
