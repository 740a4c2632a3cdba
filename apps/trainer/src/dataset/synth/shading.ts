import type { Light } from './light.ts';
import { type Material, materials } from './mesh.ts';
import type { Seen, Vertices } from './stage.ts';
import type { Painter, Surface } from './surface.ts';

/** Red, green, blue (linear, already weighted with the cover) and the cover itself for each pixel. */
export interface Layer {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Paints and lights every visible point, and averages `oversampling`² of them to a pixel. */
export function lightPixels(vertices: Vertices, seen: Seen, painters: Readonly<Record<Material, Painter>>, light: Light, oversampling: number): Layer {
  const width = seen.width / oversampling;
  const height = seen.height / oversampling;
  const values = new Float32Array(4 * width * height);
  const share = 1 / (oversampling * oversampling);
  const surface: Surface = { red: 0, green: 0, blue: 0, gloss: 0, softness: 0 };
  const illuminate = createIllumination(light);
  const { paint, normal, openness, material } = vertices;
  const painterOf = materials.map((name) => painters[name]);
  for (let row = 0, pixel = 0; row < seen.height; row++) {
    const target = 4 * width * Math.floor(row / oversampling);
    for (let column = 0; column < seen.width; column++, pixel++) {
      const a = seen.first[pixel]!;
      if (a < 0) continue;
      const b = seen.second[pixel]!;
      const c = seen.third[pixel]!;
      const wb = seen.secondWeight[pixel]!;
      const wc = seen.thirdWeight[pixel]!;
      const wa = 1 - wb - wc;
      painterOf[material[a]!]!(
        wa * paint[3 * a]! + wb * paint[3 * b]! + wc * paint[3 * c]!,
        wa * paint[3 * a + 1]! + wb * paint[3 * b + 1]! + wc * paint[3 * c + 1]!,
        wa * paint[3 * a + 2]! + wb * paint[3 * b + 2]! + wc * paint[3 * c + 2]!,
        surface,
      );
      illuminate(
        wa * normal[3 * a]! + wb * normal[3 * b]! + wc * normal[3 * c]!,
        wa * normal[3 * a + 1]! + wb * normal[3 * b + 1]! + wc * normal[3 * c + 1]!,
        wa * normal[3 * a + 2]! + wb * normal[3 * b + 2]! + wc * normal[3 * c + 2]!,
        wa * openness[a]! + wb * openness[b]! + wc * openness[c]!,
        surface,
      );
      const glass = seen.glass[pixel]!;
      const at = target + 4 * Math.floor(column / oversampling);
      values[at] = values[at]! + share * (surface.red * glass + 0.03 * (1 - glass));
      values[at + 1] = values[at + 1]! + share * (surface.green * glass + 0.03 * (1 - glass));
      values[at + 2] = values[at + 2]! + share * (surface.blue * glass + 0.03 * (1 - glass));
      values[at + 3] = values[at + 3]! + share;
    }
  }
  return { width, height, values };
}

/** Replaces a surface's colour by the light it sends to the viewer: sky and ground, and lamps with a highlight each. */
function createIllumination({ lamps, sky, ground }: Light): (nx: number, ny: number, nz: number, openness: number, surface: Surface) => void {
  // Half-way between the lamp and the viewer, where a mirror would show the lamp.
  const halves = lamps.map(({ x, y, z }) => {
    const length = Math.sqrt(x * x + y * y + (z + 1) * (z + 1));
    return { x: x / length, y: y / length, z: (z + 1) / length };
  });
  return (rawX, rawY, rawZ, openness, surface) => {
    // A sheet seen from behind is lit from behind.
    const length = (rawZ < -0.15 ? -1 : 1) * Math.sqrt(rawX * rawX + rawY * rawY + rawZ * rawZ);
    const nx = rawX / length;
    const ny = rawY / length;
    const nz = rawZ / length;
    const up = (0.5 - 0.5 * ny) * openness;
    const down = (0.5 + 0.5 * ny) * openness;
    let red = sky[0] * up + ground[0] * down;
    let green = sky[1] * up + ground[1] * down;
    let blue = sky[2] * up + ground[2] * down;
    let shine = 0;
    const { softness, gloss } = surface;
    for (let i = 0; i < lamps.length; i++) {
      const { x, y, z, colour } = lamps[i]!;
      const facing = nx * x + ny * y + nz * z;
      // Red light travels farthest inside skin, so shadows begin reddish.
      const open = 0.4 + 0.6 * openness;
      red += colour[0] * open * wrapped(facing, softness);
      green += colour[1] * open * wrapped(facing, 0.5 * softness);
      blue += colour[2] * open * wrapped(facing, 0.4 * softness);
      const half = halves[i]!;
      let mirror = Math.max(0, nx * half.x + ny * half.y + nz * half.z);
      mirror *= mirror;
      mirror *= mirror;
      mirror *= mirror;
      mirror *= mirror;
      shine += gloss * mirror * open * colour[1];
    }
    surface.red = surface.red * red + shine;
    surface.green = surface.green * green + shine;
    surface.blue = surface.blue * blue + shine;
  };
}

function wrapped(facing: number, softness: number): number {
  const lit = (facing + softness) / (1 + softness);
  return lit > 0 ? lit : 0;
}
