/** Says it to those who do not see the page; the same text again is said again. */
export function announce(text: string): void {
  const place = document.querySelector('#announcement')!;
  place.textContent = '';
  // A live region speaks of changes, and two in one moment are none.
  setTimeout(() => { place.textContent = text; }, 50);
}
