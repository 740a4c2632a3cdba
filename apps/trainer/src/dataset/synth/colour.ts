import { mix, square } from './curves.ts';

/** Red, green and blue in linear light, 1 is white. */
export type Colour = readonly [red: number, green: number, blue: number];

/** From 8-bit values as a picture has them. Squaring stands for the display curve: it is exact everywhere, `pow` is not. */
export function fromBytes(red: number, green: number, blue: number): Colour {
  return [square(red / 255), square(green / 255), square(blue / 255)];
}

export function mixColours(from: Colour, to: Colour, share: number): Colour {
  return [mix(from[0], to[0], share), mix(from[1], to[1], share), mix(from[2], to[2], share)];
}

export function scaleColour([red, green, blue]: Colour, factor: number): Colour {
  return [red * factor, green * factor, blue * factor];
}

export function multiplyColours(a: Colour, b: Colour): Colour {
  return [a[0] * b[0], a[1] * b[1], a[2] * b[2]];
}

/** The colour at `share` of the way along evenly spaced stops. */
export function alongColours(stops: readonly Colour[], share: number): Colour {
  const at = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const index = Math.min(Math.floor(at), stops.length - 2);
  return mixColours(stops[index]!, stops[index + 1]!, at - index);
}
