/** The detector itself failed, whatever the photo. */
export class DetectorError extends Error {
  override readonly name = 'DetectorError';
}
