/** What a person said about two faces; it outlives every clustering. */
export interface Link {
  readonly kind: 'must' | 'cannot';
  readonly a: string;
  readonly b: string;
}

/** A group of unnamed faces. Its id stays while most of its faces do. */
export interface Cluster {
  readonly id: string;
  readonly faceIds: readonly string[];
}
