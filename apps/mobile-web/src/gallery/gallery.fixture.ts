import { openDB } from 'idb';
import { databaseVersion, type DeviceSchema } from './device-database.ts';
import type { NewFace } from './gallery.ts';

/** A unit vector in the plane of the first two of four axes, at an angle in radians. */
export function vectorAt(angle: number): Float32Array {
  return Float32Array.of(Math.cos(angle), Math.sin(angle), 0, 0);
}

export function faceAt(angle: number, more: Partial<NewFace> = {}): NewFace {
  return { vector: vectorAt(angle), modelId: 'tiny', spaceId: 'space', quality: 0.5, ...more };
}

export function crop(...bytes: number[]): Blob {
  return new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' });
}

/** A connection of its own, as someone would have who changes what lies on the disk. */
export function openRaw(name: string) {
  return openDB<DeviceSchema>(name, databaseVersion);
}

let databases = 0;

export function newDatabaseName(): string {
  return `test-${process.pid}-${databases++}`;
}
