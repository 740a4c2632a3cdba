/** A model bundle that is damaged, or whose parts disagree; the message names the field. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}
