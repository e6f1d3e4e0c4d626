/** The middle value; the mean of the middle two where their number is even. NaN of nothing. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The median of one figure over several measurements. */
export function medianOf<Item>(items: readonly Item[], figure: (item: Item) => number): number {
  return median(items.map(figure));
}
