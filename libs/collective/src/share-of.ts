/** Which of `count` things in a row are this rank's; shares differ by at most one and cover everything in order. */
export function shareOf(count: number, { rank, size }: { readonly rank: number; readonly size: number }): { readonly start: number; readonly end: number } {
  return { start: Math.floor((rank * count) / size), end: Math.floor(((rank + 1) * count) / size) };
}
