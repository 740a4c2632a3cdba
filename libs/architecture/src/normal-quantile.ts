const { abs, LN2, sqrt, SQRT1_2, SQRT2 } = Math;

/**
 * The inverse of the standard normal distribution function, by the rational approximations of Wichura (1988),
 * algorithm AS 241 (PPND16), relative error about 1e-16.
 *
 * Only + − × ÷ and square root are used, which IEEE 754 rounds correctly, so every JavaScript engine gives the same
 * bits. `Math.log` does not have that property; `logarithm` below does.
 */
export function standardNormalQuantile(probability: number): number {
  const centred = probability - 0.5;
  if (abs(centred) <= 0.425) {
    return centred * ratio(CENTRE, 0.180625 - centred * centred);
  }
  const tail = centred < 0 ? probability : 1 - probability;
  const depth = sqrt(-logarithm(tail));
  const size = depth <= 5 ? ratio(NEAR_TAIL, depth - 1.6) : ratio(FAR_TAIL, depth - 5);
  return centred < 0 ? -size : size;
}

/** ln x for positive normal x: x = 2ᵉ·m with m in [√½, √2), then ln m = 2 artanh((m − 1)/(m + 1)) as its series. */
export function logarithm(x: number): number {
  let exponent = 0;
  let mantissa = x;
  // Multiplying by a power of two is exact.
  while (mantissa < SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  while (mantissa >= SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  const z = (mantissa - 1) / (mantissa + 1);
  const square = z * z;
  let sum = 0;
  // |z| ≤ 0.1716, so the first term left out is below 1e-17 of the sum.
  for (let odd = 21; odd >= 1; odd -= 2) sum = sum * square + 1 / odd;
  return exponent * LN2 + 2 * z * sum;
}

interface Rational {
  /** Coefficients from the highest power down. */
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

function ratio({ numerator, denominator }: Rational, x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = 0; i < coefficients.length; i++) value = value * x + coefficients[i]!;
  return value;
}

const CENTRE: Rational = {
  numerator: [
    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
  ],
  denominator: [
    5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
    5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1,
  ],
};

const NEAR_TAIL: Rational = {
  numerator: [
    7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
    3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
  ],
  denominator: [
    1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
    0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1,
  ],
};

const FAR_TAIL: Rational = {
  numerator: [
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
    0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
  ],
  denominator: [
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
    0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1,
  ],
};
