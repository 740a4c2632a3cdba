import { checkFivePoints, FaceError, type Box, type FivePoints, type Pixels } from '@facenet/face';
import { type DetectedFace, defaultMinScore, type Search } from '@facenet/detect';
import { DetectorError } from './detector-error.ts';
import { DetectorThread } from './detector-thread.ts';

export interface FaceDetectorOptions {
  /** Threads, each with networks of its own (150 to 200 MB); a photo is looked at by one of them. */
  readonly threads?: number;
}

/**
 * Finds faces in decoded photos, in threads of its own. A thread that failed is replaced at the next question.
 *
 * @example
 * const detector = new FaceDetector();
 * const [face] = await detector.detect(await decodePhoto(bytes));
 * await detector.dispose();
 */
export class FaceDetector {
  readonly #threads: (DetectorThread | undefined)[];
  #closed = false;

  constructor({ threads = 1 }: FaceDetectorOptions = {}) {
    if (!Number.isInteger(threads) || threads < 1) throw new DetectorError(`face detector: expected at least 1 thread, got ${threads}`);
    this.#threads = new Array<undefined>(threads).fill(undefined);
  }

  /** The largest face first. */
  async detect(photo: Pixels, { minScore = defaultMinScore }: { readonly minScore?: number } = {}): Promise<DetectedFace[]> {
    if (!(minScore >= 0 && minScore <= 1)) throw new FaceError(`minimum score: expected a number from 0 to 1, got ${minScore}`);
    const faces = await this.#search(photo, { kind: 'everywhere', minScore });
    return faces.sort((a, b) => areaOf(b.box) - areaOf(a.box));
  }

  /** One face for each box, in their order: its landmarks are looked for inside. */
  async faceInEach(photo: Pixels, boxes: readonly Box[]): Promise<DetectedFace[]> {
    for (const box of boxes) checkInside(box, photo);
    return await this.#search(photo, { kind: 'boxes', boxes });
  }

  /** One face for each five landmarks, in their order. */
  async faceAtEach(photo: Pixels, landmarks: readonly FivePoints[]): Promise<DetectedFace[]> {
    landmarks.forEach(checkFivePoints);
    return await this.#search(photo, { kind: 'landmarks', landmarks });
  }

  async dispose(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.flatMap((thread) => thread?.end() ?? []));
  }

  async #search(photo: Pixels, search: Search): Promise<DetectedFace[]> {
    if (this.#closed) throw new DetectorError('the face detector was closed');
    return await this.#leastBusy().search(photo, search);
  }

  #leastBusy(): DetectorThread {
    // One that has to start is a better choice than a busy one, and a worse one than one that waits.
    const cost = this.#threads.map((thread) => (thread && !thread.ended ? thread.waiting : 0.5));
    const index = cost.indexOf(Math.min(...cost));
    const thread = this.#threads[index];
    return thread && !thread.ended ? thread : this.#threads[index] = new DetectorThread();
  }
}

function areaOf({ width, height }: Box): number {
  return width * height;
}

function checkInside({ x, y, width, height }: Box, photo: Pixels): void {
  const finite = [x, y, width, height].every(Number.isFinite);
  if (!finite || width <= 0 || height <= 0 || x >= photo.width || y >= photo.height || x + width <= 0 || y + height <= 0) {
    throw new FaceError(`box: expected one with an area above 0 that meets the photo of ${photo.width}×${photo.height}, got x ${x}, y ${y}, width ${width}, height ${height}`);
  }
}
