import { ApiError, createClient } from '@facenet/contract';
import { Command, CommanderError, Option } from 'commander';
import { renderUnicodeCompact } from 'uqr';

interface PairFlags {
  readonly server: string;
  readonly name: string;
  readonly scopes: readonly ('read' | 'enrol')[];
  readonly collection?: readonly string[];
  readonly minutes: number;
  readonly keyDays?: number;
  readonly page?: string;
  readonly json?: true;
}

const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** Runs `facenet pair`, which shows a code that a phone exchanges for a key, and returns the exit code. */
export async function pair(args: readonly string[]): Promise<number> {
  const say = (line: string): void => { process.stderr.write(`facenet: ${line}\n`); };
  const apiKey = process.env['FACENET_ADMIN_KEY'];
  try {
    const flags = pairCommand().parse([...args], { from: 'user' }).opts<PairFlags>();
    const client = createClient({ baseUrl: flags.server, ...(apiKey === undefined || apiKey === '' ? {} : { apiKey }), retries: 0 });
    const made = await client.createPairing({ body: {
      name: flags.name, scopes: [...flags.scopes], expires_in_seconds: Math.round(60 * flags.minutes),
      ...(flags.collection === undefined ? {} : { collection_ids: [...flags.collection] }),
      ...(flags.keyDays === undefined ? {} : { key_expires_in_seconds: Math.round(86_400 * flags.keyDays) }),
      ...(flags.page === undefined ? {} : { page: flags.page }),
    } });
    process.stdout.write(flags.json === true ? `${JSON.stringify(made)}\n` : `${inTerminal(made.url)}\n${made.url}\nOnce, until ${made.expires_at}, for a key that may ${made.scopes.join(' and ')}.\n`);
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    say(describe(error));
    return error instanceof ApiError && error.status < 500 ? exitCodes.usage : exitCodes.failed;
  }
}

function pairCommand(): Command {
  return new Command('facenet pair')
    .description('Show a QR code with which a phone gets a key of its own. The admin key is read from FACENET_ADMIN_KEY.')
    .addOption(new Option('--server <url>', 'of the running server').env('FACENET_SERVER').default('http://127.0.0.1:8080'))
    .option('--name <label>', 'of the key', 'phone')
    .option('--scopes <scope,…>', 'what the key may do: read, enrol', (text) => text.split(','), ['read'])
    .option('--collection <id,…>', 'the only collections that it may touch', (text) => text.split(','))
    .option('--minutes <n>', 'how long the code can be exchanged, at most 10', Number, 5)
    .option('--key-days <n>', 'how long the key lasts; for ever unless given', Number)
    .option('--page <url>', 'the page that the link opens; the phone page of the server unless given')
    .option('--json', 'one JSON value on stdout, the picture as SVG in it')
    .addHelpText('after', `
Examples:
  $ FACENET_ADMIN_KEY=… facenet pair --name "Ada's phone" --scopes read,enrol
  $ NODE_EXTRA_CA_CERTS=certificates/ca.crt FACENET_ADMIN_KEY=… facenet pair --server https://faces.lan:8443`)
    .exitOverride();
}

/** The blocks are the light parts: dark on light whatever the terminal's colours, since not every phone reads the reverse. */
function inTerminal(text: string): string {
  return renderUnicodeCompact(text, { border: 2 }).split('\n').map((line) => `\u001b[97;40m${line}\u001b[0m`).join('\n');
}

function describe(error: unknown): string {
  if (error instanceof ApiError) return `${error.message} (${error.code})`;
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
