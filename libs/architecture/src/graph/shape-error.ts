/** Shapes that do not fit; the message names the op, what was expected and what came. */
export class ShapeError extends Error {
  override name = 'ShapeError';
}
