/** The frame that a video shows now, as a file that can be kept and shown. */
export async function pictureOf(video: HTMLVideoElement): Promise<Blob> {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext('2d')!.drawImage(video, 0, 0);
  return await canvas.convertToBlob({ type: 'image/png' });
}
