/** A pairs file or an image that it names is not what it must be. */
export class PairsError extends Error {
  override readonly name = 'PairsError';
}

/** The embeddings or their number do not allow what was asked. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}
