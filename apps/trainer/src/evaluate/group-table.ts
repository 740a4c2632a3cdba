import { measureGroups, wilsonInterval, type Attribute, type CountedShare, type Embeddings, type GroupRow } from '@facenet/evaluation';
import { UsageError } from '../cli/errors.ts';
import type { BundleEvaluation } from './evaluate-bundle.ts';
import { attributesOf, type AttributesFile } from './read-attributes.ts';

/** What a group suffers from the threshold that everyone shares, and what it could have with its own. */
export interface GroupFigures extends GroupRow {
  /** Of the pairs of the list whose images are both of the group, judged at the list's best threshold. */
  readonly accuracy: CountedShare;
}

export interface GroupTable {
  readonly from: string;
  readonly far: number;
  /** Of all pairs at the FAR. */
  readonly threshold: number;
  readonly accuracyThreshold: number | null;
  /** Images that the list says nothing about. */
  readonly imagesWithout: number;
  readonly rows: readonly GroupFigures[];
}

export interface GroupTableOptions {
  readonly seed: number;
  readonly resamples?: number;
}

/** Figures of the groups of an evaluation. Throws where all pairs cannot give a threshold, which everyone shares. */
export function groupTable(file: AttributesFile, evaluation: BundleEvaluation, options: GroupTableOptions): GroupTable {
  const { kept, embeddings, whole, far, pairs } = evaluation;
  if (whole.refused !== undefined) throw new UsageError(`${file.name}: groups share the threshold of all pairs, and there is none: ${whole.refused}`);
  if (whole.val.refused !== undefined) throw new UsageError(`${file.name}: groups share the threshold of all pairs, and there is none: ${whole.val.refused}`);
  const { threshold } = whole.val;
  const { attributes, without } = attributesOf(file, kept);
  const rows = measureGroups(embeddings satisfies Embeddings, kept.labels, attributes, { far, threshold, ...options });
  const accuracies = attributes.flatMap((attribute) => accuracyRows(attribute, pairs));
  return {
    from: file.name, far, threshold, accuracyThreshold: pairs?.threshold ?? null, imagesWithout: without,
    rows: rows.map((row, i) => ({ ...row, accuracy: accuracies[i]! })),
  };
}

/** For each value, then across. */
function accuracyRows({ of, values }: Attribute, list: BundleEvaluation['pairs']): CountedShare[] {
  const counts = [...values, null].map(() => ({ right: 0, pairs: 0 }));
  if (list) {
    const { judged: { pairs, distances }, threshold } = list;
    distances.forEach((distance, pair) => {
      const [a, b] = [of[pairs.first[pair]!]!, of[pairs.second[pair]!]!];
      if (a < 0 || b < 0) return;
      const group = counts[a === b ? a : values.length]!;
      group.pairs++;
      if (distance < threshold === (pairs.same[pair] === 1)) group.right++;
    });
  }
  return counts.map(({ right, pairs }) => (
    pairs === 0 ? { value: null, count: 0, of: 0, interval: null } : { value: right / pairs, count: right, of: pairs, interval: wilsonInterval(right, pairs) }
  ));
}
