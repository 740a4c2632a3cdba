import type { CrossModelTable, Rank1Cell, ValCell } from '@facenet/evaluation';
import type { CellRank1, CellVal, CompatibilityReport, MeasuredThreshold } from '@facenet/export';
import type { Side } from './side.ts';

/** The report as the query's bundle keeps it. */
export function compatibilityReport(gallery: Side, { val, rank1, ...table }: CrossModelTable, source: string, measuredAt: string): CompatibilityReport {
  return {
    galleryModelId: gallery.modelId,
    gallerySpaceId: spaceOf(gallery),
    galleryName: gallery.name,
    images: { source, identities: table.identities, images: table.images },
    far: table.far,
    val: { gallery: cellVal(val.gallery), query: cellVal(val.query), cross: cellVal(val.cross) },
    rank1: {
      gallery: cellRank1(rank1.gallery), query: cellRank1(rank1.query), cross: cellRank1(rank1.cross), crossReverse: cellRank1(rank1.crossReverse),
    },
    passes: table.passes,
    measuredAt,
  };
}

/** A space that a file of embeddings does not name can be taken by no one, so its report names the file's. */
function spaceOf({ spaceId, modelId }: Side): string {
  return spaceId ?? `unnamed-${modelId.slice(0, 16)}`;
}

/** The thresholds of the query's probes in the gallery, as the bundle keeps them. */
export function crossThresholds({ val }: CrossModelTable, source: string): MeasuredThreshold[] {
  return cellThresholds(val.cross, source);
}

/** The thresholds of a cell, as a bundle keeps them. */
export function cellThresholds({ thresholds }: ValCell, source: string): MeasuredThreshold[] {
  return thresholds.map(({ far, threshold, value, falseAccepts, pairsSame, pairsDifferent }) => ({
    far, threshold, val: value, falseAccepts, pairsSame, pairsDifferent, source,
  }));
}

function cellVal({ value, interval, threshold, achievedFar, falseAccepts, pairsSame, pairsDifferent }: ValCell): CellVal {
  return { value, low: interval.low, high: interval.high, threshold, far: achievedFar, falseAccepts, pairsSame, pairsDifferent };
}

function cellRank1({ value, interval, probes }: Rank1Cell): CellRank1 {
  return { value, low: interval.low, high: interval.high, probes };
}
