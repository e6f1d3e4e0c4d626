import { UsageError } from "../model/errors.ts";

/** Before it, two writers or checkpointers could damage a WAL database (sqlite.org/releaselog/3_51_3.html). */
const NEEDED = "3.51.3";

/** Throws a `UsageError` when this Node brings an SQLite that is too old. */
export function checkSqliteVersion(version: string | undefined): void {
  if (version !== undefined && compare(version, NEEDED) >= 0) return;
  throw new UsageError(
    `Sluice needs SQLite ${NEEDED} or newer and this Node brings ${version ?? "none"}; install a newer Node 24.`,
  );
}

function compare(left: string, right: string): number {
  const rights = right.split(".").map(Number);
  for (const [place, part] of left.split(".").map(Number).entries()) {
    const difference = part - (rights[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
