import type { ReducedPrecision } from '../precision/stored-weight.ts';
import { BundleError } from './bundle-error.ts';
import { type CompatibilityReport, isCompatible } from './compatibility.ts';
import { ownSpaceOf } from './identity.ts';
import type { CosineReport, Derivation, Manifest } from './manifest.ts';
import { ParityError } from './parity.ts';

/** On no golden picture may the embedding of a derived model be further from its parent's. */
export const leastCosine: Readonly<Record<ReducedPrecision, number>> = { float16: 0.9999, int8: 0.999 };

/** So much of VAL may be lost, and of a small one this share, where the parent's own interval is not wider. */
const usualLoss = { points: 0.01, share: 0.05 };

/** How near a derived model's embeddings are to those of its parent. */
export function cosineReport(
  names: readonly string[], embeddings: readonly ArrayLike<number>[], parents: readonly ArrayLike<number>[], least: number,
): CosineReport {
  const inputs = names.map((name, i) => ({ name, cosine: cosineOf(embeddings[i]!, parents[i]!) }));
  return { kind: 'cosine', least, lowest: Math.min(...inputs.map(({ cosine }) => cosine)), inputs };
}

/** Throws when a report is below what it asks for, and for NaN. */
export function requireCosine({ inputs, least }: CosineReport, precision: ReducedPrecision): void {
  const worst = inputs.reduce((a, b) => (a.cosine <= b.cosine ? a : b));
  if (inputs.every(({ cosine }) => cosine >= least)) return;
  throw new ParityError(
    `stored as ${precision}, the network's embedding of '${worst.name}' has a cosine of ${worst.cosine.toFixed(5)} to that of float32; ` +
    `expected at least ${least}, so nothing was converted`,
  );
}

/** What is lost of VAL by a derived model, alone or against its parent's gallery, by a report whose gallery is the parent. */
export function lossOfVal({ val: { gallery, query, cross } }: Pick<CompatibilityReport, 'val'>): number {
  return gallery.value - Math.min(query.value, cross.value);
}

/** The largest loss of VAL with which a derived model has its parent's space: a point, a twentieth of a VAL below 20 %, or what chance can do on so few images. */
export function allowedLoss({ val: { gallery } }: Pick<CompatibilityReport, 'val'>): number {
  return Math.max(Math.min(usualLoss.points, usualLoss.share * gallery.value), gallery.value - gallery.low);
}

/** Whether a model has its space from its parent: it is that one's, and no report on the two says that too much was lost. */
export function hasSpaceOfParent({ spaceId, derived, compatibility }: Pick<Manifest, 'spaceId' | 'derived' | 'compatibility'>): boolean {
  if (derived?.spaceId !== spaceId) return false;
  return compatibility.every((report) => report.galleryModelId !== derived.modelId || lossOfVal(report) <= allowedLoss(report));
}

/** Throws a BundleError where a derivation does not follow from itself, or is less than the precision asks for. */
export function checkDerivation({ modelId, spaceId, compatibility, parity }: Derivation, precision: ReducedPrecision): void {
  const vouched = compatibility !== undefined && compatibility.gallerySpaceId === spaceId && compatibility.passes && isCompatible(compatibility);
  if (spaceId !== ownSpaceOf(modelId) && !vouched) {
    throw new BundleError(`derived.spaceId is ${spaceId}; derived.modelId, without a passing report of compatibility for another space, has ${ownSpaceOf(modelId)}`);
  }
  const worst = Math.min(...parity.inputs.map(({ cosine }) => cosine));
  if (parity.lowest !== worst) throw new BundleError(`derived.parity.lowest is ${parity.lowest}; its inputs has ${worst}`);
  if (!(parity.lowest >= leastCosine[precision])) {
    throw new BundleError(`derived.parity.lowest is ${parity.lowest}; expected a cosine of at least ${leastCosine[precision]} to float32 for ${precision}`);
  }
}

function cosineOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [product, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < b.length; i++) {
    product += a[i]! * b[i]!;
    squareA += a[i]! ** 2;
    squareB += b[i]! ** 2;
  }
  // Rounding may lead a hair beyond 1.
  return Math.min(1, product / Math.sqrt(squareA * squareB));
}
