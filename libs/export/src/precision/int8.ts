// Weights as whole numbers with one scale for each output, chosen without any picture. Two things make the error small:
//   · the scale is the one with the least squared error;
//   · errors cancel. What a weight is multiplied by is mostly of one sign and much alike within a window, since flat parts of a
//     picture and what a ReLU leaves have a mean: an error of Σ eᵢ·xᵢ is mostly x̄·Σ eᵢ. So of each window, and then of each output,
//     some numbers are rounded the other way until Σ eᵢ is at most half a step. (Guo et al., SQuant, ICLR 2022.)

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

/** Rounds rows of equal length, each made of windows of `window` numbers: the places of a kernel. */
export function toInt8(values: Float32Array, rows: number, window = 1): ScaledRows {
  const length = values.length / rows;
  const whole = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [numbers, rounded] = [values, whole].map((all) => all.subarray(row * length, (row + 1) * length)) as [Float32Array, Int8Array];
    const scale = bestScale(numbers);
    for (let i = 0; i < length; i++) rounded[i] = nearest(numbers[i]!, scale);
    for (let start = 0; window > 1 && start < length; start += window) balance(rounded, numbers, scale, start, start + window);
    balance(rounded, numbers, scale, 0, length);
    scales[row] = scale;
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

/** How near errors must be to count as equally large, in steps. */
const grain = 0.02;

/** Rounds numbers from `start` to `end` the other way, those first that lose least by it, until their errors sum up to half a step or less. */
function balance(whole: Int8Array, numbers: Float32Array, scale: number, start: number, end: number): void {
  let sum = 0;
  for (let i = start; i < end; i++) sum += whole[i]! - numbers[i]! / scale;
  const direction = sum > 0 ? 1 : -1;
  let excess = round(abs(sum));
  for (let least = 0.5 - grain; excess > 0 && least > -grain; least -= grain) {
    for (let i = start; i < end && excess > 0; i++) {
      const other = whole[i]! - direction;
      if (direction * (whole[i]! - numbers[i]! / scale) < max(least, 0) || abs(other) > largest) continue;
      whole[i] = other;
      excess--;
    }
  }
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
