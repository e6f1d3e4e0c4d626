import type { Clock } from "../model/clock.ts";
import type { AppendedRow } from "../model/ledger.ts";
import { type Parcel, releaseParcel } from "./packing.ts";
import { isDiskFull } from "./sqlite-errors.ts";

/** A commit closes after so long, or so many bytes, whichever comes first. */
const CLOSE_AFTER_MS = 4;
const CLOSE_AT_BYTES = 1024 * 1024;
/** A full disk is tried again this often. */
const RETRY_MS = 1000;

/** Writes that came in one message. */
export interface WriteMessage {
  sequence: number;
  parcel: Parcel;
}

export interface GroupCommitParts {
  /** Writes all parcels in one transaction, or throws and has written nothing. */
  commit: (parcels: readonly Parcel[]) => AppendedRow[][];
  /** Everything up to and including this message is durable. */
  durable: (upTo: number, appended: readonly (readonly AppendedRow[])[]) => void;
  /** Nothing can be written for now, and why; null = it can again. */
  trouble: (message: string | null) => void;
  /** Nothing can be written any more. */
  broken: (error: unknown) => void;
  after: Clock["after"];
}

/**
 * Gathers writes into commits, in order. A full disk loses nothing: the writes are kept and tried again each second,
 * and whoever waits for them waits on.
 */
export class GroupCommit {
  readonly #parts: GroupCommitParts;
  #gathered: WriteMessage[] = [];
  #bytes = 0;
  #cancelTimer: (() => void) | null = null;
  #isFull = false;
  #isBroken = false;
  #waiting: (() => void)[] = [];

  constructor(parts: GroupCommitParts) {
    this.#parts = parts;
  }

  add(message: WriteMessage): void {
    if (this.#isBroken) return;
    this.#gathered.push(message);
    this.#bytes += bytesOf(message.parcel);
    if (this.#isFull) return;
    if (this.#bytes >= CLOSE_AT_BYTES) this.#commit();
    else this.#cancelTimer ??= this.#parts.after(CLOSE_AFTER_MS, () => this.#commit());
  }

  /** Runs `work` once everything gathered so far is durable (or lost for good). */
  whenClear(work: () => void): void {
    if (!this.#isFull && this.#gathered.length > 0) this.#commit();
    if (this.#gathered.length === 0) work();
    else this.#waiting.push(work);
  }

  #commit(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const messages = this.#gathered;
    const last = messages.at(-1);
    if (last === undefined) return;
    try {
      const appended = this.#parts.commit(messages.map(({ parcel }) => parcel));
      for (const { parcel } of messages) releaseParcel(parcel);
      this.#clear();
      if (this.#isFull) this.#parts.trouble(null);
      this.#isFull = false;
      this.#parts.durable(last.sequence, appended);
    } catch (error) {
      if (isDiskFull(error)) {
        this.#tryLater(error);
        return;
      }
      this.#isBroken = true;
      this.#clear();
      this.#parts.broken(error);
    }
    for (const work of this.#waiting.splice(0)) work();
  }

  #tryLater(error: unknown): void {
    if (!this.#isFull) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#parts.trouble(`the disk is full (${reason}); waiting for room`);
    }
    this.#isFull = true;
    this.#cancelTimer = this.#parts.after(RETRY_MS, () => this.#commit());
  }

  #clear(): void {
    this.#gathered = [];
    this.#bytes = 0;
  }
}

function bytesOf({ numbers, bytes, large }: Parcel): number {
  return large.reduce((sum, { length }) => sum + length, numbers.byteLength + bytes.length);
}
