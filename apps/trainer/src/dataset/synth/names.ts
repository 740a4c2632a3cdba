/** Folder of the person number `index`, counted from 0. */
export function personName(index: number): string {
  return `person-${String(index + 1).padStart(5, '0')}`;
}

export function fileName(image: number): string {
  return `${String(image + 1).padStart(4, '0')}.jpg`;
}
