/** A person of a training or test set. */
export interface Identity {
  readonly name: string;
  /** Where the pictures are, in a fixed order: paths, or addresses (`address.ts`) inside larger files. */
  readonly files: readonly string[];
}

// By code unit, so that the order is the same in every locale.
export const byName = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

export const imageFile = /\.(jpe?g|png|webp|avif|gif|tiff?)$/i;
