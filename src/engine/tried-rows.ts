import type { Ending } from "../model/ending.ts";
import type { Job } from "./job.ts";
import type { Tried } from "./run-parts.ts";

/** Rows that were sent and have no outcome yet: when the run stops, nobody is to call them not sent. */
export class TriedRows {
  readonly #rows = new Map<number, Tried>();

  /** Of a row that is given up; null where nothing was. `written` = it is under way. */
  of(index: number, written: Pick<Job, "attempts"> | null): Tried | null {
    return written === null ? (this.#rows.get(index) ?? null) : withThisOne(written);
  }

  /** An attempt ended, and the row goes again. */
  again({ index, attempts }: Pick<Job, "index" | "attempts">, ending: Ending): void {
    const before = this.#rows.get(index)?.mayBeBilled ?? false;
    const mayBeBilled = before || ending.kind === "ambiguous";
    if (attempts > 0 || mayBeBilled) this.#rows.set(index, { attempts, mayBeBilled });
  }

  /** The run gave it up while it was under way. */
  cutOff(job: Pick<Job, "index" | "attempts">): void {
    this.#rows.set(job.index, withThisOne(job));
  }

  settled(index: number): void {
    this.#rows.delete(index);
  }

  all(): ReadonlyMap<number, Tried> {
    return this.#rows;
  }
}

/** The attempt under way counts, too. */
function withThisOne({ attempts }: Pick<Job, "attempts">): Tried {
  return { attempts: attempts + 1, mayBeBilled: true };
}
