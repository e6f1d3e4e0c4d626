/** A name as people confuse it: without case, blanks, hyphens and underscores. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_.-]+/g, "");
}

/** The known name that a mistyped one most likely means; null when none is near. */
export function nearMiss(name: string, known: readonly string[]): string | null {
  const wanted = plain(name);
  const same = known.find((candidate) => plain(candidate) === wanted);
  if (same !== undefined) return same;
  const tolerance = Math.max(1, Math.floor(wanted.length / 3));
  let best: { name: string; distance: number } | null = null;
  for (const candidate of known) {
    const other = plain(candidate);
    if (Math.abs(other.length - wanted.length) > tolerance || onlyDigitsDiffer(wanted, other)) continue;
    const distance = editDistance(wanted, other);
    if (distance <= tolerance && distance < other.length && distance < (best?.distance ?? Infinity)) {
      best = { name: candidate, distance };
    }
  }
  return best?.name ?? null;
}

/** `hint1` and `hint2` are two names, not one mistyped. */
function onlyDigitsDiffer(a: string, b: string): boolean {
  return a.replace(/\d+/g, "") === b.replace(/\d+/g, "");
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
