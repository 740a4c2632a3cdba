import type { DeviceStore } from './device-store.ts';
import { fromJson, jsonBytes } from './sealed-rows.ts';
import { DamagedRecordError } from './storage-error.ts';

/** Plain data by its name, sealed like people are. Undefined where none was kept; throws a DamagedRecordError. */
export async function readSetting(store: DeviceStore, id: string): Promise<unknown> {
  const row = await store.transact('readonly', ['settings'], (transaction) => transaction.objectStore('settings').get(id));
  if (row === undefined) return undefined;
  const bytes = await store.seal.open(['setting', id], row);
  if (bytes === undefined) throw new DamagedRecordError(`what is kept as '${id}' was changed and does not open`);
  return fromJson(bytes);
}

export async function writeSetting(store: DeviceStore, id: string, value: unknown): Promise<void> {
  const row = { id, ...await store.seal.seal(['setting', id], jsonBytes(value)) };
  await store.transact('readwrite', ['settings'], (transaction) => transaction.objectStore('settings').put(row));
}

export async function removeSetting(store: DeviceStore, id: string): Promise<void> {
  await store.transact('readwrite', ['settings'], (transaction) => transaction.objectStore('settings').delete(id));
}
