/** Local response normalisation as in ONNX, Caffe and Torch: α is divided by the size (TensorFlow does not divide). */
export const LRN = { size: 5, alpha: 1e-4, beta: 0.75, k: 1 } as const;

/**
 * Added to the variance by batch normalisation. 1e-3, as Inception networks have it: a channel that is almost
 * constant in a small batch is then amplified at most 32 times.
 */
export const BATCH_NORM_EPSILON = 1e-3;

/** L2 normalisation is x / √max(Σx², this). */
export const MIN_SQUARED_NORM = 1e-12;

/** The pool of an inception module. */
export const BRANCH_POOL_KERNEL = 3;
