import { TripletError } from './errors.ts';

/** The rows of a batch by identity: what may be a positive and what a negative. */
export interface Identities {
  /** Rows of each identity, ascending; identities in the order of their first row. */
  readonly members: readonly Int32Array[];
  /** Ordered anchor–positive pairs: the sum of k · (k − 1). */
  readonly pairs: number;
}

/** Groups the rows; refuses a batch that holds no pair or no negative, which no loss could be made of. */
export function groupIdentities(labels: ArrayLike<number>): Identities {
  const members = groupRows(labels);
  const pairs = members.reduce((sum, { length }) => sum + length * (length - 1), 0);
  if (pairs === 0) {
    throw new TripletError(`labels: expected an identity with two rows or more, got ${members.length} identities ` +
      'with one row each: there are no anchor–positive pairs');
  }
  return { members, pairs };
}

/** The rows of each identity, as in `Identities`; refuses a single identity, which has no negative. */
export function groupRows(labels: ArrayLike<number>): Int32Array[] {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    const group = rows.get(label);
    if (group === undefined) rows.set(label, [row]);
    else group.push(row);
  }
  const members = [...rows.values()].map((group) => Int32Array.from(group));
  if (members.length < 2) {
    throw new TripletError(`labels: expected rows of at least two identities, got ${labels.length} rows of ` +
      `${members.length === 0 ? 'none' : `identity ${labels[0]}`}: there are no negatives`);
  }
  return members;
}

/** Rows outside the identity, ascending. */
export function rowsOutside(members: Int32Array, size: number): Int32Array {
  const outside = new Int32Array(size - members.length);
  let next = 0;
  let count = 0;
  for (let row = 0; row < size; row++) {
    if (members[next] === row) next++;
    else outside[count++] = row;
  }
  return outside;
}
