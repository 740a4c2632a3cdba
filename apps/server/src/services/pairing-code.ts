import { randomInt } from 'node:crypto';

// Crockford's base 32: no letter that looks like a digit.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 16;

/** 80 random bits for ten minutes: none is guessed, of a stolen digest neither. Such as `K7Q2-9FJM-0WXT-4RDN`, short enough to be typed. */
export function newPairingCode(): string {
  const letters = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]!);
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-');
}

/** As it was made, however it was typed. */
export function plainPairingCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
}
