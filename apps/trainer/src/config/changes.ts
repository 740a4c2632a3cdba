export interface ChangedSetting {
  /** Such as `batch.faces`. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** The settings in which two experiments differ, as deep as they can be named. */
export function changedSettings(before: unknown, after: unknown, path = ''): ChangedSetting[] {
  if (isMapping(before) && isMapping(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => changedSettings(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  const [one, other] = [show(before), show(after)];
  return one === other ? [] : [{ path, before: one, after: other }];
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
