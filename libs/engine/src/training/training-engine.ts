/**
 * Trains one network on batches that may be far larger than what fits in memory at once: every call goes through its
 * images in micro-batches of a fixed size, whose statistics batch normalisation uses.
 */
export interface TrainingEngine {
  /** Images that go through the network together; batches are multiples of it. */
  readonly microBatch: number;
  /**
   * Live parameters and running statistics: what an optimiser writes here counts from the next call on. They lie in
   * shared memory; copy them before handing them to code that wants an ArrayBuffer of its own.
   */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** Unit-length embeddings [n, e] of images [n, 3, h, w] as the network is trained. */
  embed(images: Float32Array, options?: EmbedOptions): Promise<Float32Array>;
  /**
   * Gradient of `Σ embeddingGradient · embedding` with respect to every parameter that is not frozen, summed over the images. Micro-batches
   * without any gradient are skipped. The arrays are overwritten by the next call.
   */
  backward(images: Float32Array, embeddingGradient: Float32Array): Promise<Map<string, Float32Array>>;
  /** Embeddings of any number of images with the running statistics. */
  infer(images: Float32Array): Promise<Float32Array>;
  /** Ends the threads and frees their memory. */
  dispose(): Promise<void>;
}

export interface EmbedOptions {
  /** Whether the running statistics follow this batch; true unless told. */
  readonly updateStatistics?: boolean;
}
