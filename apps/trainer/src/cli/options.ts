// Readers of option values that several commands share. Commander adds the option's name to the message.
import { InvalidArgumentError } from 'commander';

/** A false accept rate or another share, 0 and 1 left out. */
export function parseRate(text: string): number {
  const rate = Number(text);
  if (rate > 0 && rate < 1) return rate;
  throw new InvalidArgumentError('expected a number between 0 and 1, such as 0.001.');
}

/** A whole number of at least `least`. */
export function parseCount(least: number): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`expected a whole number of at least ${least}.`);
  };
}

export function parseSeed(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number.');
}

export function parsePositive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('expected a number above 0.');
}
