import type { Device, EmbedderOptions, Probe } from './embedder.ts';
import { errorOf, type EmbedderError } from './errors.ts';
import type { Adapter, Measurement } from './link/calls.ts';

export interface Candidate {
  readonly device: Device;
  readonly threads: number;
}

/** What the page and the device are like. */
export interface Surroundings {
  /** Threads share memory, which browsers give to isolated pages alone. */
  readonly isolated: boolean;
  readonly cores: number;
}

/** More threads wait for one another longer than they compute. */
const mostThreads = 4;

/** What is tried, the usually fastest of WASM first. An EmbedderError where what was asked for cannot be. */
export function candidatesFor({ device = 'auto', threads }: Pick<EmbedderOptions, 'device' | 'threads'>, surroundings: Surroundings): Candidate[] {
  const counts = threadCounts(threads, surroundings);
  const wasm = counts.map((count): Candidate => ({ device: 'wasm', threads: count }));
  const webgpu: Candidate = { device: 'webgpu', threads: counts[0]! };
  switch (device) {
    case 'wasm': return wasm;
    case 'webgpu': return [webgpu];
    case 'auto': return [...wasm, webgpu];
    default: device satisfies never; throw errorOf('bad_request', `device: expected 'webgpu', 'wasm' or 'auto', got ${JSON.stringify(device)}`);
  }
}

function threadCounts(threads: number | undefined, { isolated, cores }: Surroundings): number[] {
  if (threads !== undefined) {
    if (!Number.isInteger(threads) || threads < 1) throw errorOf('bad_request', `threads: expected a whole number of at least 1, got ${threads}`);
    if (threads > 1 && !isolated) throw errorOf('device_not_there', `${threads} threads need a page that is isolated from other origins (headers COOP and COEP); this one is not`);
    return [threads];
  }
  const most = isolated ? Math.min(mostThreads, cores) : 1;
  return most > 1 ? [most, 1] : [1];
}

/** Why WebGPU is not even tried; null where it is. On a processor it is always slower than WASM, but who asks for it by name gets it. */
export function refusalOf(adapter: Adapter, byName: boolean): string | null {
  if ('reason' in adapter) return adapter.reason;
  return adapter.isSoftware && !byName ? 'its adapter is a program, not a graphics card' : null;
}

/** One candidate, and how it did. */
export type Tried = Candidate & { readonly outcome: Measurement | EmbedderError | string };

export interface Choice {
  /** Its place among those tried. */
  readonly chosen: number;
  readonly probes: readonly Probe[];
}

/** The fastest that computes rightly; the first error where none does. */
export function choose(tried: readonly Tried[]): Choice {
  const right = tried.flatMap(({ outcome }, i) => (isMeasured(outcome) && isRight(outcome) ? [{ i, ms: outcome.milliseconds }] : []));
  if (right.length === 0) throw whyNone(tried);
  const { i: chosen, ms } = right.reduce((a, b) => (b.ms < a.ms ? b : a));
  const winner = tried[chosen]!;
  return { chosen, probes: tried.map((each, i) => ({ ...probeOf(each), refused: i === chosen ? null : refused(each, winner, ms) })) };
}

function refused({ outcome }: Tried, winner: Candidate, best: number): string {
  if (typeof outcome === 'string') return outcome;
  if (!isMeasured(outcome)) return outcome.message;
  if (!isRight(outcome)) return wrong(outcome);
  return `slower than ${nameOf(winner)}: ${outcome.milliseconds.toFixed(1)} ms against ${best.toFixed(1)} ms`;
}

function probeOf({ device, threads, outcome }: Tried): Omit<Probe, 'refused'> {
  const measured = isMeasured(outcome) ? outcome : undefined;
  return { device, threads, milliseconds: measured?.milliseconds ?? null, difference: measured?.difference ?? null };
}

function whyNone(tried: readonly Tried[]): EmbedderError {
  const error = tried.map(({ outcome }) => outcome).find((outcome) => outcome instanceof Error);
  if (error) return error;
  const reasons = tried.map((each) => `${nameOf(each)}: ${typeof each.outcome === 'string' ? each.outcome : wrong(each.outcome as Measurement)}`);
  return errorOf('device_not_there', reasons.join('; '));
}

export function isMeasured(outcome: Tried['outcome']): outcome is Measurement {
  return typeof outcome === 'object' && 'milliseconds' in outcome;
}

/** Not `>`, so that NaN is wrong as well. */
export function isRight({ difference, tolerance }: Measurement): boolean {
  return difference <= tolerance;
}

function wrong({ difference, tolerance }: Measurement): string {
  return `it computes wrongly: embeddings differ by ${difference.toExponential(1)} from the model's own; at most ${tolerance.toExponential(0)} is taken`;
}

function nameOf({ device, threads }: Candidate): string {
  return device === 'webgpu' ? 'WebGPU' : `WASM with ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}
