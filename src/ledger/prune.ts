import type { DatabaseSync } from "node:sqlite";
import { PENDING } from "./codes.ts";
import { PIECES_BELOW } from "./long-bodies.ts";

/**
 * Forgets delivered rows of a ledger that nobody will open again; its pages are used anew, so that an endless
 * source needs no endless disk. Only the sums remember them.
 */
export function pruneBelow(database: DatabaseSync, below: number): void {
  const answers = "SELECT answer FROM plan WHERE answer IS NOT NULL AND idx < ?";
  database.prepare(`DELETE FROM piece WHERE id IN (${PIECES_BELOW})`).run(below);
  database.prepare(`DELETE FROM answer WHERE id IN (${answers})`).run(below);
  database.prepare(`DELETE FROM attempt WHERE idx < ? AND ending <> ${PENDING}`).run(below);
  database.prepare("DELETE FROM plan WHERE idx < ?").run(below);
}
