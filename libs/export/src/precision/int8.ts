/** Whole numbers from −127 to 127, and what those of each row are multiplied by. */
export interface ScaledRows {
  readonly values: Int8Array<ArrayBuffer>;
  readonly scales: Float32Array<ArrayBuffer>;
}

const largest = 127;
// Names of this module, since looking up a global for each number is slow where code runs in a context of its own.
const { abs, max, min, round } = Math;
/**
 * Shares of a row's largest magnitude that are tried as the largest to be stored: a little less rounds everything else
 * finer than it cuts off the largest. Below these the cut always costs more.
 */
const shares = Array.from({ length: 16 }, (_, i) => 1 - 0.02 * i);

/** Rounds rows of equal length, each with the scale that was found to have the least squared error. */
export function toInt8(values: Float32Array, rows: number): ScaledRows {
  const length = values.length / rows;
  const whole = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const numbers = values.subarray(row * length, (row + 1) * length);
    scales[row] = bestScale(numbers);
    for (let i = 0; i < length; i++) whole[row * length + i] = nearest(numbers[i]!, scales[row]!);
  }
  return { values: whole, scales };
}

/** As ONNX computes it: the product of two float32s, rounded once. */
export function fromInt8({ values, scales }: ScaledRows): Float32Array<ArrayBuffer> {
  const length = values.length / scales.length;
  const numbers = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) numbers[i] = values[i]! * scales[Math.floor(i / length)]!;
  return numbers;
}

function bestScale(numbers: Float32Array): number {
  const widest = numbers.reduce((most, value) => max(most, abs(value)), 0);
  let best = usable(widest / largest);
  let least = squaredError(numbers, best);
  const consider = (candidate: number): void => {
    const scale = usable(candidate);
    const error = squaredError(numbers, scale);
    if (error < least) [best, least] = [scale, error];
  };
  for (const share of shares) consider((share * widest) / largest);
  consider(leastSquares(numbers, best));
  return best;
}

/** For the whole numbers that `scale` gives, the factor with the least squared error: Σ value·whole / Σ whole². */
function leastSquares(numbers: Float32Array, scale: number): number {
  let [product, square] = [0, 0];
  for (const value of numbers) {
    const whole = nearest(value, scale);
    product += value * whole;
    square += whole * whole;
  }
  return product / square;
}

function squaredError(numbers: Float32Array, scale: number): number {
  let error = 0;
  for (let i = 0; i < numbers.length; i++) {
    const difference = numbers[i]! - scale * nearest(numbers[i]!, scale);
    error += difference * difference;
  }
  return error;
}

function nearest(value: number, scale: number): number {
  return max(-largest, min(largest, round(value / scale)));
}

/** A row of zeros, or of numbers that float32 can hardly tell from it, becomes zeros with any scale. */
function usable(scale: number): number {
  const rounded = Math.fround(scale);
  return rounded > 0 ? rounded : 1;
}
