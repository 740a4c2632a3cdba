import { collapseDefaults, spreadOutStep } from '@facenet/triplet';
import type { Lesson } from './objective.ts';
import { tripletObjective } from './triplet-objective.ts';

const embeddings = Float32Array.of(1, 0, 0.6, 0.8, 0, 1, 0.8, 0.6);
const labels = Int32Array.of(0, 0, 1, 1);
const chosen = { anchors: Int32Array.of(0), positives: Int32Array.of(1), negatives: Int32Array.of(2) };

describe.each([['chosen in the batch', {}], ['chosen offline', { triplets: chosen }]])('triplets %s', (_, extra) => {
  it('have the spread-out regulariser added with its weight, to the loss and to the gradient', async () => {
    const lesson = async (spreadOut: number): Promise<Lesson> => tripletObjective(
      { kind: 'triplet', margin: 0.2, selection: { kind: 'all' }, reduction: 'active', spreadOut }, { collapse: collapseDefaults, seed: 1, size: 2 },
    ).teach({ step: 1, embeddings, labels, images: new Float32Array(), indices: Int32Array.of(0, 1, 2, 3), ...extra });
    const [without, spread] = [await lesson(0), await lesson(0.5)];
    const { loss, gradient } = spreadOutStep({ embeddings, labels, size: 2 });
    expect(loss).toBeGreaterThan(0);
    expect(spread.loss).toBeCloseTo(without.loss + 0.5 * loss, 6);
    spread.gradient.forEach((slope, i) => expect(slope).toBeCloseTo(without.gradient[i]! + 0.5 * gradient[i]!, 6));
  });
});
