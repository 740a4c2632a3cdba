/** Why `getUserMedia` gave no camera, as a sentence for people. */
export function cameraRefusal(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError') return 'The camera was not allowed. The browser asks again when you allow it for this page in its address bar.';
  if (name === 'NotFoundError') return 'This device has no camera.';
  return 'The camera cannot be used; another program may have it.';
}
