import { BundleError, type Manifest, type ModelPair, ownPair, type Threshold, type Verdict } from '@facenet/export';
import type { Embedder } from '../inference/embedder.ts';
import { Holds } from './holds.ts';
import { type LoadedModel, ModelError, type ModelRegistry } from './model-registry.ts';
import { decideByAny, farsOf, thresholdsOfAll } from './pair-thresholds.ts';

/** A bundle, opened for many requests: what OpenedEmbedder gives. */
export interface OpenedModel {
  readonly manifest: Manifest;
  readonly provider: string;
  /** How its provider came to be chosen. */
  readonly why: string;
  readonly embedder: Embedder;
}

export interface ModelsOptions {
  readonly open: (folder: string) => Promise<OpenedModel>;
  /** Hears of each model that is loaded and how. */
  readonly onLoaded?: (model: LoadedModel, why: string) => void;
}

interface Entry {
  readonly manifest: Manifest;
  readonly model: LoadedModel;
  readonly holds: Holds;
}

/** The models that are loaded; the first one is the default until another is made it. */
export class Models implements ModelRegistry {
  readonly #options: ModelsOptions;
  readonly #entries = new Map<string, Entry>();
  #defaultId = '';
  /** Loads go one after the other, so that two of one model, or of spaces that disagree, meet. */
  #loading: Promise<unknown> = Promise.resolve();

  private constructor(options: ModelsOptions) {
    this.#options = options;
  }

  /** Loads bundles, the default first; all of them or none. */
  static async open(folders: readonly string[], options: ModelsOptions): Promise<Models> {
    if (folders.length === 0) throw new ModelError('not_loaded', 'no model bundle; expected at least one folder');
    const models = new Models(options);
    try {
      for (const folder of folders) await models.load(folder);
    } catch (error) {
      await models.dispose();
      throw error;
    }
    return models;
  }

  get default(): LoadedModel {
    return this.#require(this.#defaultId).model;
  }

  list(): readonly LoadedModel[] {
    return [...this.#entries.values()].map(({ model }) => model);
  }

  get(id: string): LoadedModel | undefined {
    return this.#find(id)?.model;
  }

  inSpace(spaceId: string): readonly LoadedModel[] {
    return this.list().filter((model) => model.spaceId === spaceId);
  }

  load(folder: string): Promise<LoadedModel> {
    const loaded = this.#loading.then(() => this.#load(folder));
    this.#loading = loaded.catch(() => undefined);
    return loaded;
  }

  setDefault(modelId: string): LoadedModel {
    const { model } = this.#require(modelId);
    this.#defaultId = model.modelId;
    return model;
  }

  async unload(modelId: string): Promise<void> {
    const { model, holds } = this.#require(modelId);
    if (model.modelId === this.#defaultId) {
      throw new ModelError('is_default', `the model '${model.name}' is the default; make another one the default before it is unloaded`);
    }
    // Nobody finds it any more; those who have it may finish.
    this.#entries.delete(model.modelId);
    await holds.released();
    await model.embedder.dispose();
  }

  async use<T>(id: string | undefined, work: (model: LoadedModel) => Promise<T>): Promise<T> {
    const { model, holds } = this.#require(id ?? this.#defaultId);
    const letGo = holds.hold();
    try {
      return await work(model);
    } finally {
      letGo();
    }
  }

  decide(pair: ModelPair, distance: number, far: number): Verdict {
    return decideByAny([...this.#entries.values()].map(({ manifest }) => manifest), pair, distance, far);
  }

  thresholds(): readonly Threshold[] {
    return thresholdsOfAll([...this.#entries.values()].map(({ manifest }) => manifest));
  }

  async dispose(): Promise<void> {
    await this.#loading;
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(async ({ model, holds }) => {
      await holds.released();
      await model.embedder.dispose();
    }));
  }

  async #load(folder: string): Promise<LoadedModel> {
    const opened = await this.#options.open(folder);
    const known = this.#entries.get(opened.manifest.modelId);
    try {
      this.#requireSameSizes(folder, opened.manifest);
    } catch (error) {
      await opened.embedder.dispose();
      throw error;
    }
    if (known !== undefined) {
      await opened.embedder.dispose();
      return known.model;
    }
    const model = describe(opened);
    this.#entries.set(model.modelId, { manifest: opened.manifest, model, holds: new Holds() });
    if (this.#entries.size === 1) this.#defaultId = model.modelId;
    this.#options.onLoaded?.(model, opened.why);
    return model;
  }

  /** Vectors of one space are compared, so they have the same number of numbers. */
  #requireSameSizes(folder: string, { spaceId, embedding: { size } }: Manifest): void {
    const other = this.inSpace(spaceId).find((model) => model.size !== size);
    if (other === undefined) return;
    throw new BundleError(
      `${folder}: its space is '${spaceId}' and its vectors have ${size} numbers; those of '${other.name}', in the same space, have ${other.size}`,
    );
  }

  #find(id: string): Entry | undefined {
    const exact = this.#entries.get(id);
    if (exact !== undefined) return exact;
    const named = [...this.#entries.values()].filter(({ model }) => model.name === id);
    return named.find(({ model }) => model.modelId === this.#defaultId) ?? named[0];
  }

  #require(id: string): Entry {
    const entry = this.#find(id);
    if (entry !== undefined) return entry;
    const names = this.list().map(({ name }) => `'${name}'`).join(', ');
    throw new ModelError('not_loaded', `no model '${id}' is loaded; there ${names === '' ? 'is none' : `are ${names}`}`);
  }
}

function describe({ manifest, provider, embedder }: OpenedModel): LoadedModel {
  const { modelId, name, spaceId, inputSize, licence } = manifest;
  return {
    modelId, name, spaceId, inputSize, licence, provider, embedder,
    size: manifest.embedding.size,
    fars: farsOf(manifest, ownPair(manifest)),
  };
}
