import type { Link } from './links.ts';

/** What was said about faces contradicts itself; nothing is grouped until one of the two is taken back. */
export class LinkConflict extends Error {
  override readonly name = 'LinkConflict';
  readonly cannot: Pick<Link, 'a' | 'b'>;
  /** Links from the one to the other face of `cannot`. */
  readonly must: readonly Pick<Link, 'a' | 'b'>[];

  constructor(cannot: LinkConflict['cannot'], must: LinkConflict['must'], reason: string) {
    const chain = must.map(({ a, b }) => `${a} and ${b}`).join(', ');
    super(`the faces ${cannot.a} and ${cannot.b} ${reason}, but must be one person, since so must ${chain}`);
    this.cannot = cannot;
    this.must = must;
  }
}

/** An edit names clusters or faces that are not there, or goes against what was said. */
export class ClusterEditError extends Error {
  override readonly name = 'ClusterEditError';
}
