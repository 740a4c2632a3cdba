import path from 'node:path';
import { Random } from '@facenet/architecture';
import { cropBox, type Pixels, type Preprocessing } from '@facenet/face';
import sharp, { type Sharp } from 'sharp';
import { UsageError } from '../cli/errors.ts';

/** How test crops are made worse, to see what a model withstands. What is left out stays as it is. */
export interface Perturbation {
  /** The face moves by this share of what the network sees, in a direction drawn for each image. */
  readonly shift?: number | undefined;
  /** The face turns by this many degrees, to a side drawn for each image. */
  readonly rotation?: number | undefined;
  /** The face becomes this many times as large. */
  readonly scale?: number | undefined;
  /** What the network sees is brought down to this many pixels, and up again; a smaller one stays. */
  readonly pixels?: number | undefined;
  /** JPEG quality. */
  readonly jpeg?: number | undefined;
}

interface Rule {
  readonly expects: string;
  readonly allows: (value: number) => boolean;
}

const rules = {
  shift: { expects: 'a share from 0 to 1', allows: (value) => value >= 0 && value <= 1 },
  rotation: { expects: 'degrees from 0 to 180', allows: (value) => value >= 0 && value <= 180 },
  scale: { expects: 'a factor from 0.25 to 4', allows: (value) => value >= 0.25 && value <= 4 },
  pixels: { expects: 'a whole number of pixels from 1', allows: (value) => Number.isInteger(value) && value >= 1 },
  jpeg: { expects: 'a whole quality from 1 to 100', allows: (value) => Number.isInteger(value) && value >= 1 && value <= 100 },
} as const satisfies Record<keyof Perturbation, Rule>;

/** Reads settings such as `jpeg=50`; each at most once. */
export function parsePerturbation(settings: readonly string[]): Perturbation {
  const given = settings.map((setting): [string, number] => {
    const [name, value, ...rest] = setting.split('=');
    return [name!, rest.length === 0 && value !== undefined && value.trim() !== '' ? Number(value) : NaN];
  });
  const twice = given.find(([name], i) => given.findIndex(([other]) => other === name) < i);
  if (twice) throw new UsageError(`perturb: '${twice[0]}' is given twice`);
  return checkPerturbation(Object.fromEntries(given));
}

/** Throws a UsageError that names the setting and what it may be. */
export function checkPerturbation(perturbation: Readonly<Record<string, number | undefined>>): Perturbation {
  for (const [name, value] of Object.entries(perturbation)) {
    if (value === undefined) continue;
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof Perturbation] : undefined;
    if (rule === undefined) throw new UsageError(`perturb: unknown '${name}'; expected ${Object.keys(rules).join(', ')}, such as jpeg=50`);
    if (!rule.allows(value)) throw new UsageError(`perturb: ${name}: expected ${rule.expects}, got ${Number.isNaN(value) ? 'no number' : value}`);
  }
  return perturbation;
}

/** `jpeg=50, shift=0.05`, or undefined where nothing is changed. */
export function describePerturbation(perturbation: Perturbation): string | undefined {
  const given = Object.entries(perturbation).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : given.map(([name, value]) => `${name}=${value}`).join(', ');
}

export interface PerturbContext {
  readonly size: readonly [rows: number, cols: number];
  readonly preprocessing: Preprocessing;
  readonly seed: number;
}

/**
 * A decoded crop, perturbed: moved, turned and enlarged in one resampling, then fewer pixels, then JPEG, as a picture
 * would go through a camera and a web page. What is drawn depends on the seed, the folder and the name of the file.
 */
export async function perturb(picture: Pixels, file: string, perturbation: Perturbation, context: PerturbContext): Promise<Pixels> {
  const { pixels, jpeg } = perturbation;
  let result = moveFace(picture, file, perturbation, context);
  if (pixels !== undefined) result = await fewerPixels(result, pixels, context);
  if (jpeg !== undefined) result = await throughJpeg(result, jpeg);
  return result;
}

function moveFace(picture: Pixels, file: string, { shift = 0, rotation = 0, scale = 1 }: Perturbation, context: PerturbContext): Pixels {
  if (shift === 0 && rotation === 0 && scale === 1) return picture;
  // The same people and files give the same draws wherever their folder lies.
  const random = new Random(context.seed, `perturb/${file.split(path.sep).slice(-2).join('/')}`);
  const direction = 2 * Math.PI * random.next();
  const side = random.next() < 0.5 ? -1 : 1;
  const box = cropBox(picture.width, picture.height, context.size, context.preprocessing);
  const angle = side * rotation * (Math.PI / 180);
  return resample(picture, {
    x: Math.cos(direction) * shift * box.width,
    y: Math.sin(direction) * shift * box.height,
    cos: Math.cos(angle) / scale,
    sin: Math.sin(angle) / scale,
  });
}

interface Motion {
  /** Of the face, in pixels. */
  readonly x: number;
  readonly y: number;
  /** Of the angle, over the scale: from where a pixel comes. */
  readonly cos: number;
  readonly sin: number;
}

/** Around the middle of the picture, bilinear, its edge repeated beyond it. */
function resample({ width, height, channels, data }: Pixels, { x: moveX, y: moveY, cos, sin }: Motion): Pixels {
  const out = new Uint8Array(width * height * channels);
  const clamp = (value: number, last: number): number => Math.max(0, Math.min(last, value));
  for (let row = 0, at = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      const [dx, dy] = [col + 0.5 - width / 2 - moveX, row + 0.5 - height / 2 - moveY];
      const fromX = clamp(cos * dx + sin * dy + width / 2 - 0.5, width - 1);
      const fromY = clamp(cos * dy - sin * dx + height / 2 - 0.5, height - 1);
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
      const [u, v] = [fromX - left, fromY - top];
      const [nw, ne, sw, se] = [top * width + left, top * width + right, bottom * width + left, bottom * width + right];
      for (let channel = 0; channel < channels; channel++) {
        const value = (pixel: number): number => data[pixel * channels + channel]!;
        out[at++] = Math.round((1 - v) * ((1 - u) * value(nw) + u * value(ne)) + v * ((1 - u) * value(sw) + u * value(se)));
      }
    }
  }
  return { width, height, channels, data: out };
}

async function fewerPixels(picture: Pixels, pixels: number, { size, preprocessing }: PerturbContext): Promise<Pixels> {
  const { width, height } = picture;
  const box = cropBox(width, height, size, preprocessing);
  const share = Math.sqrt(pixels / (box.width * box.height));
  if (share >= 1) return picture;
  const [cols, rows] = [width, height].map((side) => Math.max(1, Math.round(share * side)));
  const small = await raw(picture).resize(cols, rows, { fit: 'fill', kernel: 'cubic' }).raw().toBuffer();
  return decoded(raw({ ...picture, width: cols!, height: rows!, data: small }).resize(width, height, { fit: 'fill', kernel: 'cubic' }), picture);
}

async function throughJpeg(picture: Pixels, quality: number): Promise<Pixels> {
  return decoded(sharp(await raw(picture).removeAlpha().jpeg({ quality }).toBuffer()), picture);
}

function raw({ width, height, channels, data }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

async function decoded(image: Sharp, { width, height }: Pixels): Promise<Pixels> {
  return { width, height, channels: 3, data: await image.removeAlpha().raw().toBuffer() };
}
