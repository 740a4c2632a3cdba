import { filesAtFault } from './files-at-fault.ts';
import { type Option, OptionError, options, type Options } from './options.ts';

/** Every setting that is wrong, a line each. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Flags come before the environment. All that is wrong is reported at once, so that it can be mended at once. */
export function readOptions(args: readonly string[], environment: Environment): Options {
  const problems: string[] = [];
  const flags = readFlags(args, problems);
  const read = <T>({ flag, variable, read: parse, fallback }: Option<T>): T => {
    const given = flag === undefined ? undefined : flags.get(flag);
    const text = given ?? nonEmpty(environment[variable]);
    if (text === undefined) return fallback;
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      // A secret is not repeated.
      problems.push(`${given === undefined ? variable : `--${flag!}`}: ${error.message}${flag === undefined ? '' : `, got '${text}'`}`);
      return fallback;
    }
  };
  const result = Object.fromEntries(Object.entries(options).map(([name, each]) => [name, read(each as Option<unknown>)])) as Options;
  problems.push(...disagreements(result, flags), ...filesAtFault(result));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return result;
}

function readFlags(args: readonly string[], problems: string[]): Map<string, string> {
  const known = new Map(Object.values(options).flatMap((each): [string, string][] => ('flag' in each ? [[each.flag, each.value]] : [])));
  const flags = new Map<string, string>();
  const rest = [...args];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [, name, , inline] = /^--([\w-]+)(=(.*))?$/s.exec(argument) ?? [];
    const value = name === undefined ? undefined : known.get(name);
    if (value === undefined) {
      problems.push(`${argument}: unknown; facenet serve --help lists what there is`);
      continue;
    }
    const isSwitch = value === 'true' && inline === undefined && (rest[0] === undefined || rest[0].startsWith('--'));
    const text = isSwitch ? 'true' : inline ?? rest.shift();
    if (text === undefined) problems.push(`--${name!}: expected ${value}`);
    // A list can be given again.
    else flags.set(name!, value.endsWith(',…>') && flags.has(name!) ? `${flags.get(name!)!},${text}` : text);
  }
  return flags;
}

function disagreements({ models, data, databaseUrl, host, adminKey, vectors, vectorKey, tlsCert, tlsKey }: Options, flags: ReadonlyMap<string, string>): string[] {
  const problems: string[] = [];
  if (models.length === 0) problems.push('--model (FACENET_MODEL): expected the folder of a bundle, as facenet export writes it');
  if (data !== undefined && databaseUrl !== undefined && flags.has('data') === flags.has('database-url')) problems.push('--data and DATABASE_URL: expected one of them');
  if (!isLoopback(host) && adminKey === undefined) {
    problems.push(`FACENET_ADMIN_KEY: needed where others can reach the address (${host}), such as: FACENET_ADMIN_KEY=$(openssl rand -base64 32)`);
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    problems.push(`${tlsCert === undefined ? '--tls-cert (FACENET_TLS_CERT)' : '--tls-key (FACENET_TLS_KEY)'}: expected both a certificate and its key, or neither`);
  }
  if (vectors === 'encrypted' && vectorKey === undefined) problems.push('FACENET_VECTOR_KEY: needed for --vectors encrypted');
  if (vectors !== undefined && vectors !== 'encrypted' && vectorKey !== undefined) problems.push(`--vectors ${vectors}: a key is given, so expected encrypted`);
  return problems;
}

export function isLoopback(host: string): boolean {
  return /^(127(\.\d+){3}|::1|localhost)$/.test(host);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
