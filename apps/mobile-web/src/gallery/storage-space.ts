/** What the browser says of the room for this page. */
export interface StorageSpace {
  /** Null where the browser does not tell. */
  readonly usedBytes: number | null;
  readonly quotaBytes: number | null;
  /** Whether the browser keeps it when the device runs short of room. */
  readonly isPersistent: boolean;
}

type Manager = Partial<Pick<StorageManager, 'estimate' | 'persist' | 'persisted'>>;

export async function storageSpace(manager: Manager | undefined = globalThis.navigator?.storage): Promise<StorageSpace> {
  const [estimate, persisted] = await Promise.all([manager?.estimate?.(), manager?.persisted?.()]);
  return { usedBytes: estimate?.usage ?? null, quotaBytes: estimate?.quota ?? null, isPersistent: persisted ?? false };
}

/** Asks the browser to keep what is here even when room is short; some ask their user. Whether it will. */
export async function askToPersist(manager: Manager | undefined = globalThis.navigator?.storage): Promise<boolean> {
  return await manager?.persisted?.() === true || await manager?.persist?.() === true;
}
