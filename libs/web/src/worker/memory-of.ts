/** The memory that an answer holds, each piece once: it goes to the page rather than being copied. */
export function memoryOf(answer: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(answer)) {
    if (answer.buffer instanceof ArrayBuffer) found.add(answer.buffer);
  } else if (typeof answer === 'object' && answer !== null) {
    for (const part of Object.values(answer)) memoryOf(part, found);
  }
  return [...found];
}
