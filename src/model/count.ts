/** "1,319": a number as sentences and screens write it. */
export function formatCount(number: number): string {
  return number.toLocaleString("en-US");
}
