import { rowsOutside, type Identities } from '../identities.ts';
import type { OpenWorkspace } from '../kernels/workspace.ts';
import type { RandomSource } from '../random.ts';
import type { Anchor } from './anchor.ts';
import { selectionRules, type SelectionRule } from './rules.ts';
import type { Selection } from './selection.ts';
import type { SelectionCounts, TripletSink } from './sink.ts';

export interface WalkOptions {
  readonly margin: number;
  readonly selection: Selection;
  readonly random: RandomSource;
}

/** Lets the rule see every row that has a positive as an anchor, identity by identity, and counts what it did. */
export function walkAnchors(
  workspace: OpenWorkspace, identities: Identities, { margin, selection, random }: WalkOptions, sink: TripletSink,
): SelectionCounts {
  // The table pairs each kind with its own rule, which TypeScript cannot follow through an index.
  const rule = selectionRules[selection.kind] as SelectionRule<Selection>;
  const counts: SelectionCounts = {
    pairs: identities.pairs, opportunities: 0, semiHard: rule.seesSemiHard ? 0 : null, fallbacks: 0, skipped: 0,
  };
  const context = { margin, random, sink, counts };
  const anchor = createAnchor(workspace);
  for (const members of identities.members) {
    if (members.length < 2) continue;
    const candidates = rowsOutside(members, workspace.size);
    for (const row of members) {
      const farthest = loadPositives(anchor, workspace, row, members, row);
      if (rule.reach === 'nearest') loadNearest(anchor, workspace, candidates);
      else anchor.negativeCount = workspace.sortNearest(row, candidates, farthest + margin);
      counts.opportunities += rule.opportunities(anchor.positiveCount, candidates.length);
      rule.pick(anchor, selection, context);
      sink.close(anchor);
    }
  }
  return counts;
}

export function createAnchor({ size, sorted }: OpenWorkspace): Anchor {
  return {
    row: 0,
    positiveCount: 0, positives: new Int32Array(size), positiveDistances: new Float32Array(size),
    negativeCount: 0, negatives: sorted,
  };
}

/** Fills in the positives, all members but one, and returns the distance of the farthest. */
export function loadPositives(
  anchor: Anchor, { distances, stride }: OpenWorkspace, row: number, members: Int32Array, leftOut: number,
): number {
  let count = 0;
  let farthest = 0;
  for (const other of members) {
    if (other === leftOut) continue;
    const distance = distances[row * stride + other]!;
    anchor.positives[count] = other;
    anchor.positiveDistances[count++] = distance;
    if (distance > farthest) farthest = distance;
  }
  anchor.row = row;
  anchor.positiveCount = count;
  return farthest;
}

export function loadNearest(anchor: Anchor, { distances, stride }: OpenWorkspace, candidates: Int32Array): void {
  const start = anchor.row * stride;
  let nearest = candidates[0]!;
  for (const other of candidates) {
    if (distances[start + other]! < distances[start + nearest]!) nearest = other;
  }
  anchor.negatives.distances[0] = distances[start + nearest]!;
  anchor.negatives.rows[1] = nearest;
  anchor.negativeCount = 1;
}
