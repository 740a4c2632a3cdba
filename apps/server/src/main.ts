import { readFileSync } from 'node:fs';
import { ConfigurationError, readOptions } from './config/read-options.ts';
import { helpText } from './config/help.ts';

export { pair } from './pair.ts';

/** What the process ends with, as of every command. */
const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** Runs `facenet serve` until it is asked to stop, and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(helpText());
    return exitCodes.ok;
  }
  const say = (line: string): void => { process.stderr.write(`facenet: ${line}\n`); };
  const verbose = args.includes('--verbose') || Boolean(process.env['FACENET_DEBUG']);
  try {
    const options = readOptions(args.filter((argument) => argument !== '--verbose'), process.env);
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
    const { serve } = await import('./serve.ts');
    const server = await serve(options, { version, say });
    process.stdout.write(`listening on ${server.url} (console: ${server.url}/console, API: ${server.url}/docs)\n`);
    say(`${await asked()}: answering what has begun, then stopping`);
    await server.stop();
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof ConfigurationError) {
      error.problems.forEach(say);
      return exitCodes.usage;
    }
    say(describe(error, verbose));
    return error instanceof Error && ['BundleError', 'DataFolderError', 'ProviderError'].includes(error.name) ? exitCodes.usage : exitCodes.failed;
  }
}

/** The first signal ends it gently, the second at once. */
async function asked(): Promise<string> {
  return await new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        resolve(signal);
        process.once(signal, () => process.exit(130));
      });
    }
  });
}

function describe(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return String(error);
  return verbose ? (error.stack ?? error.message) : error.message;
}
