import type { ScopeName } from '@facenet/contract';
import { z } from 'zod';
import type { DeviceStore } from '../gallery/index.ts';
import { readSetting, removeSetting, writeSetting } from '../gallery/settings.ts';

/** The server that this phone is paired with; kept like people are, since the key opens its gallery. */
export interface ServerAccount {
  readonly baseUrl: string;
  readonly secret: string;
  readonly key: {
    readonly id: string;
    readonly name: string;
    readonly scopes: readonly ScopeName[];
    /** The only ones that it may touch; null for all. */
    readonly collectionIds: readonly string[] | null;
    readonly expiresAt: string | null;
  };
  /** Where faces are searched and enrolled; null until one is chosen. */
  readonly collection: { readonly id: string; readonly name: string } | null;
}

const schema: z.ZodType<ServerAccount> = z.object({
  baseUrl: z.string(), secret: z.string(),
  key: z.object({ id: z.string(), name: z.string(), scopes: z.array(z.enum(['read', 'enrol', 'admin'])), collectionIds: z.array(z.string()).nullable(), expiresAt: z.string().nullable() }),
  collection: z.object({ id: z.string(), name: z.string() }).nullable(),
});

/** Undefined where this phone is paired with none. Throws a DamagedRecordError. */
export async function readAccount(store: DeviceStore): Promise<ServerAccount | undefined> {
  const value = await readSetting(store, 'server');
  return value === undefined ? undefined : schema.parse(value);
}

export async function writeAccount(store: DeviceStore, account: ServerAccount): Promise<void> {
  await writeSetting(store, 'server', account);
  store.changes.tell({ what: 'server' });
}

export async function removeAccount(store: DeviceStore): Promise<void> {
  await removeSetting(store, 'server');
  store.changes.tell({ what: 'server' });
}
