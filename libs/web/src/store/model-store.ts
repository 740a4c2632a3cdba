/** What is known of a whole model beside its bytes. */
export interface StoredModel {
  /** SHA-256 of `model.onnx`, which names it. */
  readonly digest: string;
  readonly bytes: number;
  readonly name: string;
  readonly modelId: string;
  /** Of the bundle's folder that it came from. */
  readonly address: string;
  /** ISO 8601. */
  readonly storedAt: string;
}

/** Keeps downloads from one visit to the next. Nothing that it gives is trusted before its digest was checked. */
export interface ModelStore {
  /** The text of the `model.json` that came last from this address. */
  manifest(address: string): Promise<string | undefined>;
  putManifest(address: string, text: string): Promise<void>;
  model(digest: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  putModel(model: StoredModel, onnx: Uint8Array<ArrayBuffer>): Promise<void>;
  models(): Promise<StoredModel[]>;
  /** With its finished ranges. */
  removeModel(digest: string): Promise<void>;
  /** A finished range of a model that is being downloaded. */
  part(digest: string, start: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  putPart(digest: string, start: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  removeParts(digest: string): Promise<void>;
}
