import {
  adoptSpace, type Bundle, type CompatibilityReport, hasSpaceOfParent, type Manifest, type MeasuredThreshold, ownSpaceOf, withCompatibility,
  withThresholds,
} from '@facenet/export';
import { CliError } from '../cli/errors.ts';
import { readBundleFolder, writeBundleFolder } from '@facenet/model';
import type { Side } from './side.ts';

/** What the query's bundle became. */
export interface Stored {
  readonly bundle: string;
  readonly spaceId: string;
  readonly spaceBefore: string;
}

/**
 * Keeps the report and the thresholds of the pair in the query's bundle. With a passing one the bundle takes the gallery's
 * space, where the gallery names one; one that was in it and no longer passes leaves it.
 */
export async function storeInBundle(gallery: Side, query: Side, report: CompatibilityReport, thresholds: readonly MeasuredThreshold[]): Promise<Stored> {
  // Read again: minutes have passed, and what others wrote meanwhile stays.
  const bundle = await readBundleFolder(query.place);
  if (bundle.manifest.modelId !== query.modelId) {
    throw new CliError(`${query.place}: has become another model (${bundle.manifest.modelId.slice(0, 8)}) since it was measured; nothing was written`);
  }
  const stored = withReport(bundle, gallery, report, thresholds);
  writeBundleFolder(query.place, stored);
  return { bundle: query.place, spaceId: stored.manifest.spaceId, spaceBefore: bundle.manifest.spaceId };
}

export function withReport(bundle: Bundle, gallery: Pick<Side, 'spaceId'>, report: CompatibilityReport, thresholds: readonly MeasuredThreshold[]): Bundle {
  const { manifest } = bundle;
  const measured = withThresholds(manifest, { query: manifest.modelId, gallery: report.galleryModelId }, thresholds);
  return { ...bundle, manifest: inItsSpace(measured, gallery, report) };
}

function inItsSpace(manifest: Manifest, gallery: Pick<Side, 'spaceId'>, report: CompatibilityReport): Manifest {
  if (report.passes && gallery.spaceId !== undefined) return adoptSpace(manifest, report);
  const kept = withCompatibility(manifest, report);
  if (report.passes || manifest.spaceId !== report.gallerySpaceId) return kept;
  // Another gallery of the same space may still vouch for it, or the model that it was made of.
  const vouched = hasSpaceOfParent(kept) || kept.compatibility.some(({ passes, gallerySpaceId }) => passes && gallerySpaceId === manifest.spaceId);
  return vouched ? kept : { ...kept, spaceId: spaceAlone(manifest) };
}

/** The space of a model that shares none. */
function spaceAlone({ source, modelId }: Manifest): string {
  switch (source.kind) {
    case 'trained': return ownSpaceOf(modelId);
    case 'wrapped': return source.space;
    default: return source satisfies never;
  }
}
