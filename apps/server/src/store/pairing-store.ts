/** What a code will be exchanged for. */
export interface Pairing {
  readonly id: string;
  /** Of the key. */
  readonly name: string;
  readonly scopes: readonly ('read' | 'enrol')[];
  readonly collectionIds: readonly string[] | null;
  /** How long the key lasts from the exchange on; null: for ever. */
  readonly keySeconds: number | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface PairingStore {
  create(pairing: Pick<Pairing, 'name' | 'scopes' | 'collectionIds' | 'keySeconds'> & { readonly seconds: number }, codeHash: Uint8Array): Promise<Pairing>;
  /** Takes the pairing whose code has this hash, unless it expired: of those who ask at once, one gets it. */
  take(codeHash: Uint8Array): Promise<Pairing | undefined>;
  /** Those that have not expired. */
  list(): Promise<readonly Pairing[]>;
  /** False too for one that expired. */
  remove(id: string): Promise<boolean>;
  /** Forgets those that expired; gives how many. */
  expire(): Promise<number>;
}
