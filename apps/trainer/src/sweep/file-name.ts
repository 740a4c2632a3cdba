/** A name as part of a file's. */
export function fileName(name: string): string {
  return name.normalize('NFKD').toLowerCase().replaceAll('×', 'x').replaceAll(/[^a-z0-9.]+/g, '-').replaceAll(/^[-.]+|[-.]+$/g, '') || 'row';
}
