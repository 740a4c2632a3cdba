import type { Override } from '../config/load.ts';

const lengthUnits = new Set(['steps', 'epochs', 'examples', 'minutes']);

/**
 * The settings of a mapping as overrides, leaf by leaf, so that what is not named stays. Three kinds are replaced as a
 * whole, because their parts mean nothing beside those of another: lists, lengths, and networks that name their base.
 */
export function overridesOf(settings: Readonly<Record<string, unknown>>, placeOf: (path: readonly string[]) => string): Override[] {
  const walk = (value: unknown, path: readonly string[], written: readonly string[]): Override[] => {
    if (!isMapping(value) || isWhole(value)) return [{ place: placeOf(written), path, value }];
    return Object.entries(value).flatMap(([key, child]) => walk(child, [...path, ...key.split('.')], [...written, key]));
  };
  return Object.entries(settings).flatMap(([key, value]) => walk(value, key.split('.'), [key]));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(value);
  return keys.length === 0 || 'extends' in value || 'layers' in value || keys.every((key) => lengthUnits.has(key));
}
