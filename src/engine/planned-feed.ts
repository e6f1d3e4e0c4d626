import { setImmediate } from "node:timers/promises";
import type { Ledger, PulledRow } from "../model/ledger.ts";
import type { Request } from "../model/request.ts";
import type { Source } from "../model/source.ts";
import type { Feed } from "./feed.ts";
import { type Job, jobOf, type RowPlace, type Taken, type Unsendable } from "./job.ts";

/** Rows made in one turn of the loop: a template may take a tenth of a millisecond for each. */
const ROWS_PER_TURN = 32;

/** Makes the request of a planned row again from its bytes; a problem when they are not what the door saw. */
export type Render = (bytes: Uint8Array, row: PulledRow) => Request | { problem: string };

export interface PlannedFeedParts {
  ledger: Pick<Ledger, "pull">;
  source: Pick<Source, "read">;
  render: Render;
  lanes: readonly { lane: string; rows: number }[];
  /** The most rows to take in this run; Infinity for all. */
  limit: number;
}

interface Cursor {
  /** The last row that was pulled. */
  after: number;
  over: boolean;
}

/** A plan that lies still: each lane is pulled by itself, so a file sorted by model never blocks. */
export class PlannedFeed implements Feed {
  readonly #parts: PlannedFeedParts;
  readonly #cursors = new Map<string, Cursor>();
  readonly #lanes: readonly string[];
  #left: number;

  constructor(parts: PlannedFeedParts) {
    this.#parts = parts;
    this.#lanes = parts.lanes.map(({ lane }) => lane);
    this.#left = parts.limit;
    for (const { lane } of parts.lanes) this.#cursors.set(lane, { after: -1, over: false });
  }

  lanes(): readonly string[] {
    return this.#lanes;
  }

  isEmpty(lane: string): boolean {
    return this.#left <= 0 || (this.#cursors.get(lane)?.over ?? true);
  }

  isComplete(): boolean {
    return true;
  }

  /** Each lane is pulled by itself, so none is in another's way. */
  park(): void {}

  onArrival(): void {}

  delivered(): void {}

  async take(lane: string, count: number): Promise<Taken> {
    const wanted = Math.min(count, this.#left);
    // Held back at once: other lanes are taken from while this one is pulled.
    this.#left -= wanted;
    const rows = await this.#pull(lane, wanted);
    const taken = await this.#render(rows);
    this.#left += wanted - taken.jobs.length;
    return taken;
  }

  spare(count: number): void {
    this.#left += count;
  }

  pass(lane: string, count: number): Promise<readonly RowPlace[]> {
    return this.#pull(lane, count);
  }

  async close(): Promise<void> {
    this.#left = Number.NEGATIVE_INFINITY;
  }

  async #pull(lane: string, wanted: number): Promise<readonly PulledRow[]> {
    const cursor = this.#cursors.get(lane);
    if (cursor === undefined || wanted <= 0) return [];
    const rows = await this.#parts.ledger.pull(lane, cursor.after, wanted);
    cursor.after = rows.at(-1)?.index ?? cursor.after;
    if (rows.length < wanted) cursor.over = true;
    return rows;
  }

  async #render(rows: readonly PulledRow[]): Promise<Taken> {
    const jobs: Job[] = [];
    const unsendable: Unsendable[] = [];
    if (rows.length === 0) return { jobs, unsendable };
    const bytes = await this.#parts.source.read(rows);
    for (const [position, row] of rows.entries()) {
      if (position > 0 && position % ROWS_PER_TURN === 0) await setImmediate();
      const made = this.#parts.render(bytes[position] ?? new Uint8Array(), row);
      if ("problem" in made) {
        unsendable.push({ row, error: { code: "row-changed", message: made.problem } });
      } else {
        jobs.push(jobOf(row, made));
      }
    }
    return { jobs, unsendable };
  }
}
