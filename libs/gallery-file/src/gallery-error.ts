/** A file that cannot be read as a gallery: where, and why. */
export class GalleryError extends Error {
  override readonly name = 'GalleryError';
  /** Counted from 1. */
  readonly line: number;
  readonly reason: 'format' | 'checksum' | 'truncated' | 'passphrase';
  readonly problem: string;

  constructor(line: number, reason: GalleryError['reason'], problem: string) {
    super(`line ${line}: ${problem}`);
    this.line = line;
    this.reason = reason;
    this.problem = problem;
  }
}
