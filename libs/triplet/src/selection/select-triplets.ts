import { groupIdentities } from '../identities.ts';
import { sharedWorkspace } from '../kernels/create-workspace.ts';
import type { RandomSource } from '../random.ts';
import { checkBatch } from '../batch.ts';
import type { Selection } from './selection.ts';
import type { SelectionCounts } from './sink.ts';
import { createTripletList, type Triplets } from './triplet-list.ts';
import { walkAnchors } from './walk.ts';

export interface SelectTripletsOptions {
  /** [n, d], rows of unit length. */
  readonly embeddings: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly margin: number;
  readonly selection: Selection;
  readonly random: RandomSource;
}

/** The triplets of a batch, written down: for offline selection and for looking at them. `all` may list n³ of them. */
export function selectTriplets(options: SelectTripletsOptions): Triplets & { readonly counts: SelectionCounts } {
  const { size, dimension } = checkBatch(options);
  const identities = groupIdentities(options.labels);
  const workspace = sharedWorkspace().open(options.embeddings, size, dimension);
  workspace.computeDistances();
  const list = createTripletList();
  const counts = walkAnchors(workspace, identities, options, list.sink);
  return { ...list.triplets(), counts };
}
