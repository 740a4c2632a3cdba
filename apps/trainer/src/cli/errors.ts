/** What the process ends with; documented in the README and in `facenet --help`. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Something went wrong that the user can understand from one line. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly exitCode: number = exitCodes.failed;
}

/** The command line, a config or the data given to it is not what it must be. */
export class UsageError extends CliError {
  override readonly name = 'UsageError';
  override readonly exitCode = exitCodes.usage;
}

/** A photo without the face that is needed; not a fault of its file. */
export class NoFaceError extends CliError {
  override readonly name = 'NoFaceError';

  constructor(file: string) {
    super(`${file}: no face was found; if it is a ready crop of one, say --crop`);
  }
}

/** The user stopped it; what had to be saved is saved. */
export class InterruptedError extends CliError {
  override readonly name = 'InterruptedError';
  override readonly exitCode = exitCodes.interrupted;
}

/** Errors of the libraries that mean "your input", recognised by name because each library owns its own class. */
const inputErrors = new Set(['SpecError', 'BundleError', 'PairsError', 'FaceError']);

export function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode;
  return error instanceof Error && inputErrors.has(error.name) ? exitCodes.usage : exitCodes.failed;
}

/** `--verbose` is understood anywhere on the line, also behind a command. */
export function isVerbose(args: readonly string[]): boolean {
  return args.includes('--verbose') || Boolean(process.env['FACENET_DEBUG']);
}

/** One line for the user; the stack only where asked for, since it rarely helps anyone but us. */
export function describeError(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return String(error);
  return verbose ? (error.stack ?? error.message) : error.message;
}
