import path from 'node:path';
import { cropBox, type Preprocessing } from '@facenet/face';
import type { PairRows } from '@facenet/evaluation';
import sharp from 'sharp';
import { imageAt, type SharedImages } from '../data/image-store.ts';
import { type Html, html, raw } from './html.ts';

export interface JudgedPairs {
  readonly images: SharedImages;
  /** The image of each row. */
  readonly rows: Int32Array;
  readonly pairs: PairRows;
  readonly distances: Float64Array;
  readonly threshold: number;
  readonly size: readonly [height: number, width: number];
  readonly preprocessing: Preprocessing;
}

const shown = 8;

/** The pairs of one person that lie farthest apart and those of two people that lie closest, as the network saw them. */
export async function showHardestPairs(judged: JudgedPairs): Promise<Html> {
  const order = [...judged.distances.keys()].sort((a, b) => judged.distances[a]! - judged.distances[b]!);
  const same = order.filter((pair) => judged.pairs.same[pair] === 1).reverse().slice(0, shown);
  const different = order.filter((pair) => judged.pairs.same[pair] === 0).slice(0, shown);
  return html`
    <h3>One person, farthest apart</h3><div class="pairs">${await Promise.all(same.map((pair) => showPair(judged, pair)))}</div>
    <h3>Two people, closest</h3><div class="pairs">${await Promise.all(different.map((pair) => showPair(judged, pair)))}</div>`;
}

async function showPair(judged: JudgedPairs, pair: number): Promise<Html> {
  const { pairs, rows, distances, threshold } = judged;
  const distance = distances[pair]!;
  const wrong = distance < threshold !== (pairs.same[pair] === 1);
  const sides = await Promise.all([pairs.first, pairs.second].map((side) => showFace(judged, rows[side[pair]!]!)));
  return html`<figure>${sides}<figcaption>${distance.toFixed(3)}${wrong ? raw(' <b>wrong</b>') : ''}</figcaption></figure>`;
}

async function showFace({ images, size: [height, width], preprocessing }: JudgedPairs, index: number): Promise<Html> {
  const image = await imageAt(images, index);
  const box = cropBox(image.width, image.height, [height, width], preprocessing);
  // Whole pixels inside the picture are enough to look at.
  const left = Math.max(0, Math.floor(box.x));
  const top = Math.max(0, Math.floor(box.y));
  const region = { left, top, width: Math.min(image.width - left, Math.ceil(box.width)), height: Math.min(image.height - top, Math.ceil(box.height)) };
  const jpeg = await sharp(Buffer.from(image.data), { raw: { width: image.width, height: image.height, channels: 3 } })
    .extract(region).resize({ height: 96 }).jpeg({ quality: 80 }).toBuffer();
  const name = images.files[index]!.split(path.sep).slice(-2).join('/');
  return html`<img src="data:image/jpeg;base64,${jpeg.toString('base64')}" title="${name}" alt="${name}">`;
}
