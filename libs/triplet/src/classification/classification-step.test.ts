import { TripletError } from '../errors.ts';
import { seededRandom } from '../testing.ts';
import { classificationStep, type ClassificationStepOptions } from './classification-step.ts';

const [n, d, classes] = [6, 5, 4];

function example(seed: number): Pick<ClassificationStepOptions, 'embeddings' | 'labels' | 'head' | 'size'> {
  const random = seededRandom(seed);
  const draw = (length: number): Float32Array => Float32Array.from({ length }, () => 2 * random.next() - 1);
  const embeddings = draw(n * d);
  for (let i = 0; i < n; i++) {
    const row = embeddings.subarray(i * d, (i + 1) * d);
    const norm = Math.hypot(...row);
    row.forEach((value, k) => { row[k] = value / norm; });
  }
  return { embeddings, labels: Int32Array.from({ length: n }, (_, i) => i % classes), head: draw(classes * d), size: d };
}

/** −log softmax of the definition, in float64, for one set of numbers. */
function definition(embeddings: readonly number[], head: readonly number[], labels: ArrayLike<number>, scale: number, margin: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) {
    const logits = Array.from({ length: classes }, (_, j) => {
      const w = head.slice(j * d, (j + 1) * d);
      const cosine = w.reduce((sum, x, k) => sum + x * embeddings[i * d + k]!, 0) / Math.hypot(...w);
      if (j !== labels[i]!) return scale * cosine;
      const angle = Math.acos(cosine);
      return scale * (angle + margin <= Math.PI ? Math.cos(angle + margin) : cosine - margin * Math.sin(margin));
    });
    total += Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0)) - logits[labels[i]!]!;
  }
  return total / n;
}

describe('classificationStep', () => {
  it('is log(classes) when nothing can be told apart', () => {
    // Every class has the same direction, so every class is as likely: −log(1/4).
    const head = Float32Array.from({ length: classes * d }, (_, i) => 1 + (i % d));
    const { loss, gradient, statistics } = classificationStep({ ...example(1), head, scale: 8, margin: 0 });
    expect(loss).toBeCloseTo(Math.log(4), 12);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-6);
    expect(statistics.classAccuracy).toBe(0);
  });

  // Margins from none to one that takes some rows past π.
  it.each([[4, 0], [16, 0.3], [8, 1.4]])('has the value and the gradients of the definition at scale %d, margin %d', (scale, margin) => {
    const { embeddings, labels, head, size } = example(7);
    const { loss, gradient, headGradient } = classificationStep({ embeddings, labels, head, size, scale, margin });
    const [e, w] = [[...embeddings], [...head]];
    expect(loss).toBeCloseTo(definition(e, w, labels, scale, margin), 5);
    const step = 1e-5;
    const slopeOf = (values: number[], at: number): number => {
      const [before, kept] = [values[at]!, values[at]!];
      values[at] = before + step;
      const up = definition(e, w, labels, scale, margin);
      values[at] = before - step;
      const down = definition(e, w, labels, scale, margin);
      values[at] = kept;
      return (up - down) / (2 * step);
    };
    e.forEach((_, i) => { expect(Math.abs(slopeOf(e, i) - gradient[i]!)).toBeLessThan(1e-4); });
    w.forEach((_, i) => { expect(Math.abs(slopeOf(w, i) - headGradient[i]!)).toBeLessThan(1e-4); });
  });

  it('counts the rows whose own class is nearest', () => {
    const head = Float32Array.from([1, 0, 0, 1]);
    const embeddings = Float32Array.from([1, 0, 0.6, 0.8, 0, 1]);
    const { statistics } = classificationStep({ embeddings, labels: [0, 0, 1], head, size: 2, scale: 1, margin: 0 });
    expect(statistics.classAccuracy).toBeCloseTo(2 / 3, 12);
    expect(statistics.classCosine).toBeCloseTo((1 + 0.6 + 1) / 3, 6);
  });

  it('refuses what does not fit, naming it', () => {
    const good = { ...example(1), scale: 8, margin: 0 };
    expect(() => classificationStep({ ...good, labels: [0, 1, 2, 3, 4, 0] })).toThrow('labels: expected classes 0 … 3, got 4 in row 4');
    expect(() => classificationStep({ ...good, size: 4 })).toThrow(TripletError);
    expect(() => classificationStep({ ...good, margin: 2 })).toThrow('margin');
    expect(() => classificationStep({ ...good, scale: 0 })).toThrow('scale');
  });
});
