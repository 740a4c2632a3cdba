import { jest } from '@jest/globals';
import { main } from '../main.ts';

/** Runs a command line inside the test; what it wrote where. */
export async function facenet(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) => jest.spyOn(process[stream], 'write').mockImplementation((text) => {
    written[stream] += String(text);
    return true;
  }));
  try {
    return { code: await main(args), ...written };
  } finally {
    spies.forEach((spy) => { spy.mockRestore(); });
  }
}
