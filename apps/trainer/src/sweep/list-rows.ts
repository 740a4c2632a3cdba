import type { SweepAxis, SweepFile, SweepRow } from './schema.ts';

/** Where the rows of an axis lie on a chart. */
export interface PlannedAxis {
  readonly name: string;
  /** Whether it changes the test crops, and not the training. */
  readonly perturbs: boolean;
  readonly scale: SweepAxis['scale'];
  /** The rows on it, in order, and where they lie. */
  readonly points: readonly { readonly row: string; readonly x: number | string }[];
}

/** A row, and where the file has it. */
export interface ListedRow extends SweepRow {
  readonly path: readonly PropertyKey[];
  /** Where the file has its settings. */
  readonly settingsPath: (key: readonly string[]) => readonly PropertyKey[];
}

/** The rows of a list, then those of each axis. */
export function listRows({ rows, axes }: SweepFile): ListedRow[] {
  const listed = rows.map((row, i): ListedRow => ({ ...row, path: ['rows', i], settingsPath: (key) => ['rows', i, 'set', ...key] }));
  return [...listed, ...axes.flatMap(rowsOf)];
}

function rowsOf(axis: SweepAxis, index: number): ListedRow[] {
  return axis.values.map((value, i): ListedRow => {
    const place = ['axes', index, 'values', i];
    const name = `${axisName(axis)} ${show(value)}`;
    if (axis.perturb === undefined) return { name, set: { [axis.set!]: value }, path: place, settingsPath: () => place };
    // What it may be is checked with the perturbations of listed rows.
    return { name, perturb: { [axis.perturb]: value as number }, path: place, settingsPath: () => place };
  });
}

export function planAxis(axis: SweepAxis): PlannedAxis {
  return {
    name: axisName(axis), scale: axis.scale, perturbs: axis.perturb !== undefined,
    points: axis.values.map((value) => ({ row: `${axisName(axis)} ${show(value)}`, x: typeof value === 'number' ? value : show(value) })),
  };
}

function axisName({ name, set, perturb }: SweepAxis): string {
  return name ?? perturb ?? set!.split('.').at(-1)!;
}

/** A value as names and messages have it: 3×96×96, 0.5, nn4. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return value.map(show).join('×');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
