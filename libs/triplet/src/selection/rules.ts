import { randomInteger, type RandomSource } from '../random.ts';
import { rankBeyond, rankFrom, type Anchor } from './anchor.ts';
import type { Selection, SelectionKind } from './selection.ts';
import type { SelectionCounts, TripletSink } from './sink.ts';

export interface RuleContext {
  readonly margin: number;
  readonly random: RandomSource;
  readonly sink: TripletSink;
  readonly counts: SelectionCounts;
}

export interface SelectionRule<S extends Selection> {
  /** `violators`: every negative nearer than the farthest positive + margin, sorted; `nearest`: the one nearest. */
  readonly reach: 'violators' | 'nearest';
  /** Selects the triplets of one anchor that has at least one positive. */
  readonly pick: (anchor: Anchor, selection: S, context: RuleContext) => void;
  /** Whether it tells the pairs with a semi-hard negative from the others. */
  readonly seesSemiHard: boolean;
  /** Triplets the rule could select from an anchor with so many positives and negatives. */
  readonly opportunities: (positives: number, negatives: number) => number;
}

const perPair = (positives: number): number => positives;

/** One entry per selection: what it needs to see and what it takes. */
export const selectionRules: { readonly [K in SelectionKind]: SelectionRule<Extract<Selection, { kind: K }>> } = {
  'semi-hard': { reach: 'violators', seesSemiHard: true, pick: pickSemiHard, opportunities: perPair },
  'hard': { reach: 'nearest', seesSemiHard: false, pick: pickHard, opportunities: perPair },
  'batch-hard': { reach: 'nearest', seesSemiHard: false, pick: pickBatchHard, opportunities: () => 1 },
  'all': { reach: 'violators', seesSemiHard: false, pick: pickAll, opportunities: (positives, negatives) => positives * negatives },
  'random-violator': { reach: 'violators', seesSemiHard: false, pick: pickRandomViolator, opportunities: perPair },
};

/** d(a, p) < d(a, n) < d(a, p) + α: in sorted order these are the ranks from `first` to before `end`. */
function pickSemiHard(
  anchor: Anchor, { choice, fallback }: Extract<Selection, { kind: 'semi-hard' }>, { margin, random, sink, counts }: RuleContext,
): void {
  for (let positive = 0; positive < anchor.positiveCount; positive++) {
    const distance = anchor.positiveDistances[positive]!;
    const first = rankBeyond(anchor, distance);
    const end = rankFrom(anchor, distance + margin);
    if (first < end) {
      counts.semiHard!++;
      switch (choice) {
        case 'random': sink.add(anchor, positive, first + randomInteger(random, end - first)); break;
        case 'hardest': sink.add(anchor, positive, first); break;
        case 'easiest': sink.add(anchor, positive, end - 1); break;
        default: choice satisfies never;
      }
    } else if (first > 0) {
      switch (fallback) {
        case 'easiest-violator': counts.fallbacks++; sink.add(anchor, positive, first - 1); break;
        case 'hardest': counts.fallbacks++; sink.add(anchor, positive, 0); break;
        case 'skip': counts.skipped++; break;
        default: fallback satisfies never;
      }
    }
  }
}

/** The nearest negative for every pair, whether it violates or not. */
function pickHard(anchor: Anchor, _: Selection, { sink }: RuleContext): void {
  for (let positive = 0; positive < anchor.positiveCount; positive++) sink.add(anchor, positive, 0);
}

/** The farthest positive with the nearest negative: one triplet per anchor (Hermans et al., arXiv 1703.07737). */
function pickBatchHard(anchor: Anchor, _: Selection, { sink }: RuleContext): void {
  let farthest = 0;
  for (let positive = 1; positive < anchor.positiveCount; positive++) {
    if (anchor.positiveDistances[positive]! > anchor.positiveDistances[farthest]!) farthest = positive;
  }
  sink.add(anchor, farthest, 0);
}

function pickAll(anchor: Anchor, _: Selection, { margin, sink }: RuleContext): void {
  for (let positive = 0; positive < anchor.positiveCount; positive++) {
    sink.addNearest(anchor, positive, rankFrom(anchor, anchor.positiveDistances[positive]! + margin));
  }
}

/** Any negative with d(a, n) − d(a, p) < α, harder than the positive or not. */
function pickRandomViolator(anchor: Anchor, _: Selection, { margin, random, sink }: RuleContext): void {
  for (let positive = 0; positive < anchor.positiveCount; positive++) {
    const end = rankFrom(anchor, anchor.positiveDistances[positive]! + margin);
    if (end > 0) sink.add(anchor, positive, randomInteger(random, end));
  }
}
