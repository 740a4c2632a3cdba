import type { Pixels } from '@facenet/face';
import { createEmbedder, type Device, type Runtime } from '@facenet/web';
import { openPeer } from './peer.ts';

export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly runs: number;
}

export interface OursMeasured {
  readonly runtime: Runtime;
  /** From the call to the first embedding, in milliseconds. */
  readonly firstMs: number;
  /** One ready crop to one embedding, in milliseconds. */
  readonly embed: Spread;
  /** One photo of 640×480 to its faces and embeddings. */
  readonly photo: Spread;
}

export interface PeerMeasured {
  readonly backend: string;
  readonly firstMs: number;
  readonly embed: Spread;
}

declare global {
  interface Window {
    measureOurs: (options: { readonly device: Device; readonly threads?: number }, crops: readonly Crop[], photo: string, runs: number) => Promise<OursMeasured | { readonly refused: string }>;
    measurePeer: (backend: string, crops: readonly Crop[], runs: number) => Promise<PeerMeasured | { readonly refused: string }>;
  }
}

/** RGBA, in base64. */
interface Crop {
  readonly size: number;
  readonly rgba: string;
}

const warmUps = 10;
/** A runtime that does not answer by then is not there. */
const patienceMs = 60_000;

window.measureOurs = async (options, crops, photo, runs) => {
  const pictures = crops.map(pixelsOf);
  const file = await (await fetch(photo)).blob();
  const began = performance.now();
  try {
    const embedder = await createEmbedder({ model: './model/', ...options });
    await embedder.embedCrops([pictures[0]!]);
    const firstMs = performance.now() - began;
    const embed = await spreadOf(runs, (i) => embedder.embedCrops([pictures[i % pictures.length]!]));
    const whole = await spreadOf(Math.ceil(runs / 4), () => embedder.embed(file));
    const { runtime } = embedder;
    await embedder.dispose();
    return { runtime, firstMs, embed, photo: whole };
  } catch (error) {
    return { refused: String(error) };
  }
};

window.measurePeer = async (backend, crops, runs) => {
  const pictures = crops.map(canvasOf);
  const began = performance.now();
  try {
    const peer = await within(patienceMs, openPeer(backend));
    await within(patienceMs, peer.embed(pictures[0]!));
    const firstMs = performance.now() - began;
    return { backend: peer.backend, firstMs, embed: await spreadOf(runs, (i) => peer.embed(pictures[i % pictures.length]!)) };
  } catch (error) {
    return { refused: String(error) };
  }
};

function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return Promise.race([work, new Promise<never>((_, reject) => { setTimeout(() => { reject(new Error(`no answer within ${milliseconds / 1000} s`)); }, milliseconds); })]);
}

async function spreadOf(runs: number, work: (i: number) => Promise<unknown>): Promise<Spread> {
  const times: number[] = [];
  for (let i = 0; i < warmUps + runs; i++) {
    const began = performance.now();
    await work(i);
    if (i >= warmUps) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))]!;
  return { p50: at(0.5), p95: at(0.95), runs };
}

function bytesOf({ rgba }: Crop): Uint8ClampedArray<ArrayBuffer> {
  return Uint8ClampedArray.from(atob(rgba), (each) => each.charCodeAt(0));
}

function pixelsOf(crop: Crop): Pixels {
  return { width: crop.size, height: crop.size, channels: 4, data: new Uint8Array(bytesOf(crop)) };
}

function canvasOf(crop: Crop): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = crop.size;
  canvas.height = crop.size;
  canvas.getContext('2d')!.putImageData(new ImageData(bytesOf(crop), crop.size, crop.size), 0, 0);
  return canvas;
}
