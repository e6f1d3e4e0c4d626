import type { Snapshot } from "../../observe/index.ts";
import { limitWords } from "./bound-words.ts";
import { count, percent } from "./figures.ts";
import { plainText } from "./plain-text.ts";

/** A line for each lane: what is in flight, and every limit believed, where it comes from and how full it is now. */
export function laneLines({ lanes }: Snapshot): string[] {
  return lanes.map(({ lane, inFlight, limits }) => {
    const shares = limits.map(
      (limit) => `${percent(limit.usedShare)} of ${limitWords(limit)} (${limit.source})`,
    );
    const words = shares.length === 0 ? "no known limits" : shares.join(", ");
    return plainText(`${lane}: ${count(inFlight)} in flight, ${words}`);
  });
}
