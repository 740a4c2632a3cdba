/** The decoder of an autoencoder: what it makes of embeddings, and what that teaches. */
export interface ReconstructionEngine {
  /** Live parameters of the decoder, in shared memory. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** For embeddings [n, e] of images [n, 3, h, w], n a multiple of the micro-batch. */
  teach(embeddings: Float32Array, images: Float32Array): Promise<ReconstructionStep>;
  /** Ends the threads and frees their memory. */
  dispose(): Promise<void>;
}

export interface ReconstructionStep {
  /** Mean squared difference between the pictures and what they should be. */
  readonly loss: number;
  /** [n, e], ∂loss/∂embedding. */
  readonly gradient: Float32Array;
  /** ∂loss/∂parameter of the decoder. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}
