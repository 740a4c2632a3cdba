import { percent, rateInWords } from '@facenet/page';

type Line = readonly [name: string, value: string];

/** Figures of an evaluation by name, as rows to read. Protocols have figures of their own shapes; what is no figure is left out. */
export function evaluationLines(results: Readonly<Record<string, unknown>>): Line[] {
  return Object.entries(results).flatMap(([key, value]) => linesOf(inWords(key), value));
}

function linesOf(name: string, value: unknown): Line[] {
  if (typeof value === 'number') return [[name, figure(value)]];
  if (typeof value === 'string') return [[name, value]];
  if (Array.isArray(value)) return value.flatMap((each) => atRate(name, each));
  return value !== null && typeof value === 'object' ? withSpread(name, value as Readonly<Record<string, unknown>>) : [];
}

/** One of a list of figures, each at its rate of false accepts. */
function atRate(name: string, each: unknown): Line[] {
  if (each === null || typeof each !== 'object' || !('far' in each) || typeof each.far !== 'number') return [];
  return withSpread(`${name}, ${rateInWords(each.far)} strangers passes`, each);
}

function withSpread(name: string, fields: Readonly<Record<string, unknown>>): Line[] {
  const value = fields['value'] ?? fields['accuracy'] ?? fields['mean'];
  if (typeof value !== 'number') return [];
  const { standardError, low, high } = fields;
  const spread = typeof standardError === 'number' ? ` ± ${percent(standardError)}` : typeof low === 'number' && typeof high === 'number' ? `, from ${percent(low)} to ${percent(high)}` : '';
  return [[name, `${figure(value)}${spread}`]];
}

/** Counts are whole; what lies between 0 and 1 is a share. */
function figure(value: number): string {
  if (Number.isInteger(value) && value !== 1) return value.toLocaleString('en');
  return value >= 0 && value <= 1 ? percent(value) : value.toPrecision(3);
}

const known: Readonly<Record<string, string>> = { val: 'Own pairs found', pairsSame: 'Pairs of one person', pairsDifferent: 'Pairs of strangers', auc: 'Area under ROC', eer: 'Equal error rate', rank1: 'First answer right' };

/** `heldOutImages` is “Held out images”. */
function inWords(key: string): string {
  const words = known[key] ?? key.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
