/** What a painter says about one point: its colour in linear light, and how it shines. Reused for all points. */
export interface Surface {
  red: number;
  green: number;
  blue: number;
  /** Strength of the highlight. */
  gloss: number;
  /** How far light creeps around into the shadow, as it does in skin. */
  softness: number;
}

export type Painter = (u: number, v: number, w: number, surface: Surface) => void;

export function setColour(surface: Surface, red: number, green: number, blue: number): void {
  surface.red = red;
  surface.green = green;
  surface.blue = blue;
}

export function blend(surface: Surface, red: number, green: number, blue: number, share: number): void {
  surface.red += (red - surface.red) * share;
  surface.green += (green - surface.green) * share;
  surface.blue += (blue - surface.blue) * share;
}

export function darken(surface: Surface, share: number): void {
  surface.red *= 1 - share * 0.85;
  surface.green *= 1 - share;
  surface.blue *= 1 - share;
}
