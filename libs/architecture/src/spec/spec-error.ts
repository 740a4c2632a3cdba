/** A network description that does not hold; `path` is the bad field, e.g. `layers[3].branches.conv3x3.out`. */
export class SpecError extends Error {
  override name = 'SpecError';
  readonly path: string;

  constructor(path: string, problem: string) {
    super(path === '' ? problem : `${path}: ${problem}`);
    this.path = path;
  }
}
