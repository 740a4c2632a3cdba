/** Input that no triplets can be made of, or a training that has gone wrong; the message says what was seen. */
export class TripletError extends Error {
  override readonly name = 'TripletError';
}
