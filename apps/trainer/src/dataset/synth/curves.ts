/**
 * Curves that come out the same, bit by bit, in every JavaScript engine: additions, products, quotients and square
 * roots are rounded in one way by IEEE 754; `Math.sin`, `Math.exp` and `Math.pow` are not, so nothing here uses them.
 */

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

export function square(value: number): number {
  return value * value;
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** 0 below `low`, 1 above `high`, smooth between them; `low` may be the larger one. */
export function smoothstep(low: number, high: number, value: number): number {
  const share = clamp((value - low) / (high - low), 0, 1);
  return share * share * (3 - 2 * share);
}

/** A hill of height 1: `squaredDistance` 0 is its top and from 1 on it is flat. */
export function bump(squaredDistance: number): number {
  if (squaredDistance >= 1) return 0;
  const height = 1 - squaredDistance;
  return height * height;
}

/** A hill at (cx, cy) with the half-axes rx and ry. */
export function hill(x: number, y: number, cx: number, cy: number, rx: number, ry: number): number {
  const dx = (x - cx) / rx;
  const dy = (y - cy) / ry;
  return bump(dx * dx + dy * dy);
}

/** Taylor's series; below 2e-9 from the sine after folding into [-π/2, π/2]. */
export function sine(angle: number): number {
  let folded = angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
  if (folded > Math.PI / 2) folded = Math.PI - folded;
  if (folded < -Math.PI / 2) folded = -Math.PI - folded;
  const square = folded * folded;
  return folded * (1 - (square / 6) * (1 - (square / 20) * (1 - (square / 42) * (1 - (square / 72) * (1 - (square / 110) * (1 - square / 156))))));
}

export function cosine(angle: number): number {
  return sine(angle + Math.PI / 2);
}

/** 2 to the power of x, from squarings: the exponent is folded into [0, 1/1024). Relative error below 1e-6. */
export function exp2(exponent: number): number {
  const whole = Math.floor(exponent);
  const rest = ((exponent - whole) * Math.LN2) / 1024;
  let value = 1 + rest * (1 + (rest / 2) * (1 + rest / 3));
  for (let i = 0; i < 10; i++) value *= value;
  return value * 2 ** whole;
}

/** A smooth curve through the knots (cubic Hermite with finite-difference slopes); constant outside of them. */
export function spline(knots: readonly number[], values: readonly number[]): (at: number) => number {
  const last = knots.length - 1;
  const slopes = knots.map((_, i) => {
    const before = Math.max(0, i - 1);
    const after = Math.min(last, i + 1);
    return (values[after]! - values[before]!) / (knots[after]! - knots[before]!);
  });
  return (at) => {
    if (at <= knots[0]!) return values[0]!;
    if (at >= knots[last]!) return values[last]!;
    let i = 0;
    while (at > knots[i + 1]!) i++;
    const width = knots[i + 1]! - knots[i]!;
    const t = (at - knots[i]!) / width;
    const rest = 1 - t;
    return rest * rest * ((1 + 2 * t) * values[i]! + t * width * slopes[i]!)
      + t * t * ((3 - 2 * t) * values[i + 1]! - rest * width * slopes[i + 1]!);
  };
}
