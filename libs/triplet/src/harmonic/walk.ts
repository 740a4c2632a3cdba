import { rowsOutside } from '../identities.ts';
import type { OpenWorkspace } from '../kernels/workspace.ts';
import type { Anchor } from '../selection/anchor.ts';
import { selectionRules, type RuleContext, type SelectionRule } from '../selection/rules.ts';
import type { Selection } from '../selection/selection.ts';
import type { SelectionCounts, TripletSink } from '../selection/sink.ts';
import { createAnchor, loadNearest, loadPositives, type WalkOptions } from '../selection/walk.ts';
import type { Source } from './mix.ts';
import type { View } from './views.ts';

export interface HarmonicWalkOptions extends WalkOptions {
  /** Whether the other model's embedding of the anchor's own image is one of its positives. */
  readonly sameImage: boolean;
}

/** A view while it is walked: the anchor as its rule sees it, and where the triplets go. */
interface Look {
  readonly view: View;
  readonly anchor: Anchor;
  readonly context: RuleContext;
}

/** Looks whose anchors and negatives are the same rows, so that one sorting serves them all. */
type Group = readonly [Look, ...Look[]];

type BySource = Readonly<Record<Source, Int32Array>>;

/**
 * Lets the rule see the anchors of every view over the union of v2 and v1, identity by identity, and returns what it did
 * in each view.
 */
export function walkViews(
  workspace: OpenWorkspace, identities: readonly Int32Array[], views: readonly View[],
  { margin, selection, random, sameImage }: HarmonicWalkOptions, sinkOf: (view: View) => TripletSink,
): SelectionCounts[] {
  // As in `walkAnchors`: the table pairs each kind with its own rule.
  const rule = selectionRules[selection.kind] as SelectionRule<Selection>;
  const images = workspace.size / 2;
  const looks = views.map((view): Look => {
    const counts: SelectionCounts = { pairs: 0, opportunities: 0, semiHard: rule.seesSemiHard ? 0 : null, fallbacks: 0, skipped: 0 };
    return { view, anchor: createAnchor(workspace), context: { margin, random, sink: sinkOf(view), counts } };
  });
  const groups = groupLooks(looks);
  for (const members of identities) {
    const mine = bySource(members, images);
    const others = bySource(rowsOutside(members, images), images);
    for (const group of groups) walkGroup(group, mine, candidatesOf(group[0].view, others));
  }
  return looks.map(({ context }) => context.counts);

  function walkGroup(group: Group, mine: BySource, candidates: Int32Array): void {
    const [{ view: { anchor: source }, anchor: first }] = group;
    for (let member = 0; member < mine[source].length; member++) {
      const row = mine[source][member]!;
      let farthest = 0;
      for (const { view: { positive }, anchor } of group) {
        // Of its own source the anchor itself; of the other one, the same image.
        const leftOut = positive === source || !sameImage ? mine[positive][member]! : -1;
        farthest = Math.max(farthest, loadPositives(anchor, workspace, row, mine[positive], leftOut));
      }
      if (group.every(({ anchor }) => anchor.positiveCount === 0)) continue;
      if (rule.reach === 'nearest') loadNearest(first, workspace, candidates);
      else first.negativeCount = workspace.sortNearest(row, candidates, farthest + margin);
      for (const look of group) pick(look, first.negativeCount, candidates.length);
    }
  }

  function pick({ anchor, context }: Look, negatives: number, candidates: number): void {
    if (anchor.positiveCount === 0) return;
    anchor.negativeCount = negatives;
    context.counts.pairs += anchor.positiveCount;
    context.counts.opportunities += rule.opportunities(anchor.positiveCount, candidates);
    rule.pick(anchor, selection, context);
    context.sink.close(anchor);
  }
}

function groupLooks(looks: readonly Look[]): Group[] {
  const groups = new Map<string, [Look, ...Look[]]>();
  for (const look of looks) {
    const { anchor, parts } = look.view;
    const rows = [anchor, ...parts.map(({ negative }) => negative)].join(' ');
    const group = groups.get(rows);
    if (group === undefined) groups.set(rows, [look]);
    else group.push(look);
  }
  return [...groups.values()];
}

/** The rows of these images in each half of the union. */
function bySource(rows: Int32Array, images: number): BySource {
  return { v2: rows, v1: rows.map((row) => row + images) };
}

/** The negatives of every source that the view takes them from, ascending as the sources are. */
function candidatesOf({ parts }: View, others: BySource): Int32Array {
  const rows = parts.map(({ negative }) => others[negative]);
  if (rows.length === 1) return rows[0]!;
  const all = new Int32Array(rows.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const some of rows) {
    all.set(some, end);
    end += some.length;
  }
  return all;
}
