const side = 16;

/** Measures how light a video's frame is, 0 to 255, by a few pixels of it. */
export function createLightMeter(): (video: HTMLVideoElement) => number {
  const context = new OffscreenCanvas(side, side).getContext('2d', { willReadFrequently: true })!;
  return (video) => {
    context.drawImage(video, 0, 0, side, side);
    const { data } = context.getImageData(0, 0, side, side);
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum += 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;
    return sum / (side * side);
  };
}
