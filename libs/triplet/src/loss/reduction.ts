/**
 * What the summed loss is divided by: the `selected` triplets; the `active` ones, those with a loss above 0 (the size
 * of the gradient then does not fall as pairs are learnt); or all anchor–positive `pairs` of the batch (it does).
 */
export const reductions = ['selected', 'active', 'pairs'] as const;
export type Reduction = (typeof reductions)[number];

export function divisor(reduction: Reduction, counts: { selected: number; active: number; pairs: number }): number {
  return counts[reduction];
}
