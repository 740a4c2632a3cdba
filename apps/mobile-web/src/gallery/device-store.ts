import { deleteDB, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import { type Changes, createChanges } from './changes.ts';
import { databaseVersion, type DeviceSchema, type StoreName, storeNames } from './device-database.ts';
import { createRecordSeal, newDeviceKey, type RecordSeal } from './record-seal.ts';
import { asStorageError, nameOf, StorageError } from './storage-error.ts';

type Mode = 'readonly' | 'readwrite';
export type Transaction<M extends Mode> = IDBPTransaction<DeviceSchema, StoreName[], M>;

/** The page's database on this device, with the key that its records are sealed by. */
export interface DeviceStore {
  readonly seal: RecordSeal;
  readonly changes: Changes;
  /**
   * One transaction: what `work` throws, or what does not fit, leaves everything as it was. `work` waits for nothing but the
   * transaction, since that ends as soon as it has nothing to do.
   */
  readonly transact: <T, M extends Mode>(mode: M, stores: readonly StoreName[], work: (transaction: Transaction<M>) => Promise<T>) => Promise<T>;
  /**
   * Everything is gone, the key first of all, in other tabs too, and the store is closed. `isRemoved` is false where a tab that
   * sleeps holds the empty database until it wakes.
   */
  eraseEverything(): Promise<{ readonly isRemoved: boolean }>;
  close(): void;
}

export interface DeviceStoreOptions {
  readonly name?: string;
  /** How long other tabs may take to let go of an erased database. */
  readonly longestWaitMs?: number;
}

const defaults = { name: 'facenet-phone', longestWaitMs: 5000 } as const satisfies DeviceStoreOptions;

/** Opens the database, or makes it and its key. A StorageError says why this browser keeps nothing. */
export async function openDeviceStore(options: DeviceStoreOptions = {}): Promise<DeviceStore> {
  const { name, longestWaitMs } = { ...defaults, ...options };
  const changes = createChanges(name);
  let ended: 'erased' | 'outdated' | 'closed' | undefined;
  const end = (how: 'erased' | 'outdated'): void => {
    if (ended !== undefined) return;
    ended = how;
    changes.hear({ what: how });
  };
  let db: IDBPDatabase<DeviceSchema>;
  try {
    db = await openDB<DeviceSchema>(name, databaseVersion, {
      upgrade: createStores,
      // Another tab erases everything, or needs a newer form.
      blocking: (_, wanted, event) => {
        (event.target as IDBDatabase).close();
        end(wanted === null ? 'erased' : 'outdated');
      },
      // The browser took it, as when its user clears the site's data.
      terminated: () => { end('erased'); },
    });
  } catch (error) {
    changes.close();
    throw openingError(error);
  }
  const transact: DeviceStore['transact'] = async (mode, stores, work) => {
    if (ended !== undefined) throw endedError(ended);
    try {
      return await settled(db.transaction([...stores], mode), work);
    } catch (error) {
      throw asStorageError(error);
    }
  };
  const seal = createRecordSeal(await deviceKey(transact));
  return {
    seal, changes, transact,
    eraseEverything: async () => {
      await transact('readwrite', storeNames, async (transaction) => { await Promise.all(storeNames.map((store) => transaction.objectStore(store).clear())); });
      db.close();
      const isRemoved = await removeDatabase(name, longestWaitMs);
      end('erased');
      changes.close();
      return { isRemoved };
    },
    close: () => {
      ended ??= 'closed';
      db.close();
      changes.close();
    },
  };
}

/** Ends when the transaction has; what `work` throws ends it. */
async function settled<T, M extends Mode>(transaction: Transaction<M>, work: (transaction: Transaction<M>) => Promise<T>): Promise<T> {
  const working = work(transaction);
  working.catch(() => { abort(transaction); });
  const [worked, done] = await Promise.allSettled([working, transaction.done]);
  // Where the device is full the transaction knows why, and its requests only that they were given up.
  if (worked.status === 'rejected') throw done.status === 'rejected' && nameOf(worked.reason) === 'AbortError' ? done.reason : worked.reason;
  if (done.status === 'rejected') throw done.reason;
  return worked.value;
}

function createStores(db: IDBPDatabase<DeviceSchema>): void {
  db.createObjectStore('keys');
  db.createObjectStore('people', { keyPath: 'id' });
  db.createObjectStore('faces', { keyPath: 'id' }).createIndex('person', 'personId');
  db.createObjectStore('crops', { keyPath: 'id' });
  db.createObjectStore('links', { keyPath: ['a', 'b'] });
  db.createObjectStore('settings', { keyPath: 'id' });
  db.createObjectStore('enrolments', { keyPath: 'id' });
}

/** Two tabs that open for the first time end up with the key of the one that came first. */
async function deviceKey(transact: DeviceStore['transact']): Promise<CryptoKey> {
  const known = await transact('readonly', ['keys'], (transaction) => transaction.objectStore('keys').get('device'));
  if (known !== undefined) return known;
  const made = await newDeviceKey();
  return transact('readwrite', ['keys'], async (transaction) => {
    const keys = transaction.objectStore('keys');
    const first = await keys.get('device');
    if (first !== undefined) return first;
    await keys.put(made, 'device');
    return made;
  });
}

/** Ends when the database is gone, or when that takes too long: then it goes as soon as the last tab lets go of it. */
function removeDatabase(name: string, longestWaitMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    deleteDB(name, { blocked: () => { timer = setTimeout(() => { resolve(false); }, longestWaitMs); } }).then(
      () => { clearTimeout(timer); resolve(true); },
      (error: unknown) => { clearTimeout(timer); reject(asError(asStorageError(error))); },
    );
  });
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

function endedError(how: 'erased' | 'outdated' | 'closed'): StorageError {
  switch (how) {
    case 'erased': return new StorageError('erased', 'everything on this device was erased; load the page again to begin anew');
    case 'outdated': return new StorageError('outdated', 'a newer version of this page is open in another tab; load this one again');
    case 'closed': return new StorageError('unavailable', 'what this device keeps was closed');
    default: return how satisfies never;
  }
}

function openingError(error: unknown): unknown {
  if (nameOf(error) === 'VersionError') {
    return new StorageError('outdated', 'what this device keeps was written by a newer version of this page; load it again with a network', error);
  }
  const known = asStorageError(error);
  return known instanceof StorageError ? known : new StorageError('unavailable', `this browser cannot open what it keeps for this page: ${String(error)}`, error);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
