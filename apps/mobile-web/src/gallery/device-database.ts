import type { DBSchema } from 'idb';
import type { Sealed } from './record-seal.ts';

export const databaseVersion = 1;

/** Ids and times are readable, so that rows can be found; everything else of a person is sealed. */
export interface PersonRow extends Sealed {
  readonly id: string;
  /** Milliseconds. */
  readonly createdAt: number;
}

export interface FaceRow extends Sealed {
  readonly id: string;
  readonly personId: string | null;
  readonly modelId: string;
  readonly spaceId: string;
  readonly createdAt: number;
  readonly hasCrop: boolean;
}

/** With the id of its face; apart from it, so that a search reads no pictures. */
export interface CropRow extends Sealed {
  readonly id: string;
  readonly type: string;
}

/** `a` before `b`. */
export interface LinkRow {
  readonly kind: 'must' | 'cannot';
  readonly a: string;
  readonly b: string;
}

export interface SettingRow extends Sealed {
  readonly id: string;
}

export interface EnrolmentRow extends Sealed {
  readonly id: string;
  readonly createdAt: number;
}

export interface DeviceSchema extends DBSchema {
  keys: { key: string; value: CryptoKey };
  people: { key: string; value: PersonRow };
  /** Rows of nobody are in no index of people. */
  faces: { key: string; value: FaceRow; indexes: { person: string } };
  crops: { key: string; value: CropRow };
  links: { key: [string, string]; value: LinkRow };
  settings: { key: string; value: SettingRow };
  enrolments: { key: string; value: EnrolmentRow };
}

export type StoreName = 'keys' | 'people' | 'faces' | 'crops' | 'links' | 'settings' | 'enrolments';
export const storeNames: readonly StoreName[] = ['keys', 'people', 'faces', 'crops', 'links', 'settings', 'enrolments'];
