/** The float32 as a short decimal that reads back as the same one: nine digits are enough (IEEE 754). */
export function decimal(value: number): string {
  return String(Number(value.toPrecision(9)));
}
