import type { Ledger, PulledRow } from "../model/ledger.ts";
import type { Request } from "../model/request.ts";
import type { Source } from "../model/source.ts";
import type { Feed } from "./feed.ts";
import type { Job, Taken, Unsendable } from "./job.ts";

/** Makes the request of a planned row again from its bytes; a problem when they are not what the door saw. */
export type Render = (bytes: Uint8Array, row: PulledRow) => Request | { problem: string };

export interface PlannedFeedParts {
  ledger: Ledger;
  source: Source;
  render: Render;
  lanes: readonly { lane: string; rows: number }[];
  /** The most rows to take in this run; Infinity for all. */
  limit: number;
}

/** A plan that lies still: each lane is pulled by itself, so a file sorted by model never blocks. */
export class PlannedFeed implements Feed {
  readonly #parts: PlannedFeedParts;
  readonly #cursors = new Map<string, { after: number; over: boolean }>();
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

  onArrival(): void {}

  delivered(): void {}

  async take(lane: string, count: number): Promise<Taken> {
    const cursor = this.#cursors.get(lane);
    const wanted = Math.min(count, this.#left);
    if (cursor === undefined || wanted <= 0) return { jobs: [], unsendable: [] };
    this.#left -= wanted;
    const rows = await this.#parts.ledger.pull(lane, cursor.after, wanted);
    this.#left += wanted - rows.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < wanted) cursor.over = true;
    if (last === undefined) return { jobs: [], unsendable: [] };
    cursor.after = last.index;
    return this.#render(rows);
  }

  async close(): Promise<void> {
    this.#left = 0;
  }

  async #render(rows: readonly PulledRow[]): Promise<Taken> {
    const jobs: Job[] = [];
    const unsendable: Unsendable[] = [];
    const bytes = await this.#parts.source.read(rows);
    rows.forEach((row, position) => {
      const made = this.#parts.render(bytes[position] ?? new Uint8Array(), row);
      if ("problem" in made) {
        unsendable.push({ index: row.index, row, error: { code: "row-changed", message: made.problem } });
      } else {
        jobs.push(jobOf(row, made));
      }
    });
    return { jobs, unsendable };
  }
}

/** What the engine carries for a row that is to be sent. */
export function jobOf(
  row: Pick<PulledRow, "index" | "line" | "customId" | "offset" | "length" | "lane">,
  request: Request,
): Job {
  return {
    index: row.index,
    line: row.line,
    customId: row.customId,
    offset: row.offset,
    length: row.length,
    lane: row.lane,
    request,
    load: { bodyBytes: request.body.length, maxTokens: request.maxTokens, samples: request.samples },
    attempts: 0,
    unprocessed: 0,
    worstCost: null,
  };
}
