import { readFileSync } from 'node:fs';
import { type Document, LineCounter, isMap, isNode, isScalar, isSeq, parse, parseDocument, stringify } from 'yaml';
import type { z } from 'zod';
import { UsageError } from '../cli/errors.ts';
import { suggest } from '../cli/suggest.ts';
import { type Experiment, experimentSchema, knownKeys } from './schema.ts';

/** Reads an experiment, applies `a.b=c` overrides, and checks every key and value. */
export function loadExperiment(file: string, overrides: readonly string[] = []): Experiment {
  return parseExperiment(readConfig(file), file, overrides);
}

export function parseExperiment(text: string, file: string, overrides: readonly (string | Override)[] = []): Experiment {
  const set = overrides.map((override) => (typeof override === 'string' ? parseOverride(override) : override));
  return parseSettings(experimentSchema, text, file, set).settings;
}

export function readConfig(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: cannot read the config (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}

export interface Settings<T> {
  readonly settings: T;
  /** `file:line` of a key, for what is found wrong later. */
  readonly placeOf: (path: readonly PropertyKey[]) => string;
}

/** Reads YAML, applies overrides, and checks every key and value; an error names file and line. */
export function parseSettings<S extends z.ZodType>(schema: S, text: string, file: string, set: readonly Override[] = []): Settings<z.output<S>> {
  const lines = new LineCounter();
  // An empty file is an experiment with nothing but defaults.
  const document = parseDocument(text.trim() === '' ? '{}' : text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken) throw new UsageError(`${file}: not valid YAML: ${broken.message.split('\n')[0]}`);
  if (!isMap(document.contents)) throw new UsageError(`${file}: expected a mapping of settings`);

  for (const override of set) applyOverride(document, override);
  const placeOf = (path: readonly PropertyKey[]): string => {
    const override = set.findLast((candidate) => startsWith(path, candidate.path) || startsWith(candidate.path, path));
    return override?.place ?? locate(document, lines, file, path);
  };

  const result = schema.safeParse(document.toJS());
  if (result.success) return { settings: result.data, placeOf };
  const messages = result.error.issues.flatMap((issue) => describeIssue(issue, schema).map(({ path, message }) => `${placeOf(path)}: ${message}`));
  throw new UsageError(messages.join('\n'));
}

/** The experiment with every default written out, as the run folder keeps it. */
export function formatExperiment(experiment: Experiment): string {
  return stringify(experiment);
}

/** A setting that replaces what the file says. */
export interface Override {
  /** What an error about it begins with. */
  readonly place: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** `a.b=c`, as `--set` takes it. */
export function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  const path = text.slice(0, Math.max(equals, 0)).split('.');
  if (equals < 1 || path.includes('')) {
    throw new UsageError(`--set ${text}: expected key=value, such as data.train=faces or batch.identities=40`);
  }
  try {
    return { place: `--set ${text}`, path, value: parse(text.slice(equals + 1)) as unknown };
  } catch {
    throw new UsageError(`--set ${text}: the value is not valid YAML`);
  }
}

function applyOverride(document: Document.Parsed, { place, path, value }: Override): void {
  for (let depth = 1; depth < path.length; depth++) {
    const parent = document.getIn(path.slice(0, depth), true);
    if (isScalar(parent) && parent.value !== null) {
      const name = path.slice(0, depth).join('.');
      throw new UsageError(`${place}: '${name}' is ${JSON.stringify(parent.value)}, which has no keys; set ${name} as a whole`);
    }
  }
  document.setIn(path, document.createNode(value));
}

interface Complaint {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function describeIssue(issue: z.core.$ZodIssue, schema: z.ZodType): Complaint[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path, schema);
    return issue.keys.map((key) => {
      const near = suggest(key, known);
      const hint = near ? `did you mean '${near}'?` : `known here: ${known.join(', ')}`;
      return { path: [...issue.path, key], message: `unknown key '${[...issue.path, key].join('.')}'; ${hint}` };
    });
  }
  const name = issue.path.join('.');
  const values = issue.code === 'invalid_value' ? `expected one of ${issue.values.map(String).join(', ')}` : issue.message;
  return [{ path: issue.path, message: name ? `'${name}': ${values}` : values }];
}

/** `file:line` of the key, or of the closest parent that the file has. */
function locate(document: Document.Parsed, lines: LineCounter, file: string, path: readonly PropertyKey[]): string {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const offset = offsetOf(parent, path[depth - 1]!);
    if (offset !== undefined) return `${file}:${lines.linePos(offset).line}`;
  }
  return file;
}

/** Where a key of a mapping, or an item of a list, begins. */
function offsetOf(parent: unknown, key: PropertyKey): number | undefined {
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
    return pair && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
  }
  const item = isSeq(parent) ? parent.items[Number(key)] : undefined;
  return isNode(item) ? item.range?.[0] : undefined;
}

function startsWith(path: readonly PropertyKey[], prefix: readonly PropertyKey[]): boolean {
  return prefix.length <= path.length && prefix.every((key, index) => key === path[index]);
}
