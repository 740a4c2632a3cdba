import type { Pixels } from '@facenet/face';
import type { Random } from '@facenet/architecture';

/** What a camera does to light: brightness, colour cast, sharpness, noise, and how hard the file is compressed. */
export interface Exposure {
  readonly gain: number;
  readonly balance: readonly [red: number, green: number, blue: number];
  readonly contrast: number;
  readonly saturation: number;
  readonly haze: number;
  /** Standard deviation of the blur in pixels. */
  readonly blur: number;
  /** Standard deviation of the noise, 1 is white. */
  readonly noise: number;
  /** Quality of the JPEG. */
  readonly quality: number;
}

/** A picture in linear light, red, green and blue for each pixel. */
export interface Film {
  readonly width: number;
  readonly height: number;
  readonly light: Float32Array;
}

export function createFilm(width: number, height: number): Film {
  return { width, height, light: new Float32Array(3 * width * height) };
}

/** From light to 8-bit pixels. */
export function develop(film: Film, exposure: Exposure, random: Random): Pixels {
  const { width, height } = film;
  if (exposure.blur > 0) blurFilm(film, exposure.blur);
  const { gain, balance, contrast, saturation, haze, noise } = exposure;
  const data = new Uint8Array(3 * width * height);
  const { light } = film;
  for (let i = 0; i < light.length; i += 3) {
    const red = tone(light[i]! * gain * balance[0], contrast, haze);
    const green = tone(light[i + 1]! * gain * balance[1], contrast, haze);
    const blue = tone(light[i + 2]! * gain * balance[2], contrast, haze);
    const grey = 0.3 * red + 0.59 * green + 0.11 * blue;
    // Sensors are noisy in brightness first; the sum of four uniform numbers is close enough to a normal one, and fast.
    const grain = noise * bell(random);
    data[i] = toByte(grey + saturation * (red - grey) + grain);
    data[i + 1] = toByte(grey + saturation * (green - grey) + grain);
    data[i + 2] = toByte(grey + saturation * (blue - grey) + grain);
  }
  return { width, height, channels: 3, data };
}

/** Highlights roll off instead of clipping; the square root stands for the display curve. */
function tone(light: number, contrast: number, haze: number): number {
  const rolled = (1.3 * light) / (1 + 0.3 * light) + haze;
  return 0.5 + contrast * (Math.sqrt(rolled) - 0.5);
}

function bell(random: Random): number {
  const bits = random.bits();
  return ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / 147.8;
}

function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 1 ? 255 : Math.floor(255 * value + 0.5);
}

/** Three box filters, horizontal then vertical, are close to a Gaussian; boxes have fractional ends for any width. */
export function blurFilm({ width, height, light }: Film, deviation: number): void {
  const radius = boxRadius((deviation * deviation) / 3);
  const line = new Float32Array(Math.max(width, height));
  for (let pass = 0; pass < 3; pass++) {
    for (let channel = 0; channel < 3; channel++) {
      for (let row = 0; row < height; row++) boxFilter(light, 3 * row * width + channel, 3, width, radius, line);
      for (let column = 0; column < width; column++) boxFilter(light, 3 * column + channel, 3 * width, height, radius, line);
    }
  }
}

/**
 * The radius at which a box has the given variance. A box of radius k + f weighs the offsets up to k with 1 and k + 1 with f:
 * its variance is 2·(1² + … + k² + f·(k + 1)²) / (2k + 1 + 2f), solved for f.
 */
function boxRadius(variance: number): number {
  for (let whole = 0, squares = 0; ; whole++, squares += whole * whole) {
    const rest = (variance * (2 * whole + 1) - 2 * squares) / (2 * ((whole + 1) * (whole + 1) - variance));
    if (rest >= 0 && rest < 1) return whole + rest;
  }
}

function boxFilter(values: Float32Array, start: number, step: number, count: number, radius: number, line: Float32Array): void {
  for (let i = 0; i < count; i++) line[i] = values[start + i * step]!;
  const whole = Math.floor(radius);
  const rest = radius - whole;
  const scale = 1 / (2 * radius + 1);
  const at = (i: number): number => line[i < 0 ? 0 : i >= count ? count - 1 : i]!;
  for (let i = 0; i < count; i++) {
    let sum = rest * (at(i - whole - 1) + at(i + whole + 1));
    for (let offset = -whole; offset <= whole; offset++) sum += at(i + offset);
    values[start + i * step] = sum * scale;
  }
}
