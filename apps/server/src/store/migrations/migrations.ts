import { first } from './001-first.ts';
import { pairings } from './002-pairings.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** In order. One that has been released is never changed: a database remembers its digest. */
export const migrations: readonly Migration[] = [
  { number: 1, name: 'first', sql: first },
  { number: 2, name: 'pairings', sql: pairings },
];
