import { statSync } from "node:fs";
import { resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { UsageError } from "../model/errors.ts";
import type { LedgerInfo, OutputPosition } from "../model/ledger.ts";
import { describeLedger } from "./describe-ledger.ts";
import { type FoundAnswer, FoundAnswers } from "./found-answers.ts";
import { holderOf, inUse } from "./ledger-holder.ts";
import { LedgerLock } from "./ledger-lock.ts";
import { LedgerState } from "./ledger-state.ts";
import { forgetKept, lostAnswers, reopenMissing } from "./lost-answers.ts";
import { openReadableCopy, type ReadableCopy, removeCopy } from "./readable-copy.ts";
import { isCut } from "./refuse-cut.ts";
import { ROW } from "./row-states.ts";
import { type Remembered, remembered, salvage } from "./salvage.ts";
import { unlessRefused } from "./salvage-rows.ts";
import { bookOf, sumsOf } from "./salvaged-book.ts";
import { SCHEMA, SCHEMA_VERSION } from "./schema.ts";
import { checkSqliteVersion } from "./sqlite-version.ts";

/** What became of a damaged ledger. */
export interface Recovered {
  /** Answered rows whose answer the ledger still had. */
  fromLedger: number;
  fromOutput: number;
  /** Answers of OUTPUT that belong to nobody knows which row. */
  unplaced: number;
  /** Rows that were answered, with no answer left: they are sent again. */
  lost: { rows: number; cost: number; unpriced: number };
  /** False when nobody can tell how many rows more were answered. */
  isCounted: boolean;
  info: LedgerInfo;
}

/** A sound ledger in the making, beside a damaged one that is only ever read. */
export class Recovery {
  /** Where the sound ledger is made. */
  readonly path: string;
  /** What the damaged ledger knows of OUTPUT; undefined where it cannot tell. */
  readonly output: OutputPosition | null | undefined;
  /** Commits that a killed run is known to have made and the ledger no longer holds. */
  readonly lostCommits: number;
  readonly #lock: LedgerLock;
  readonly #copy: string;
  readonly #known: Remembered;
  readonly #sound: DatabaseSync;
  readonly #state: LedgerState;
  /** Answers and rejections that the damaged ledger told of. */
  readonly #heard: number;
  #found: FoundAnswers | null = null;

  private constructor(lock: LedgerLock, ledger: string) {
    this.#lock = lock;
    this.path = `${ledger}.recovering`;
    this.#copy = `${ledger}.reading`;
    removeCopy(this.path);
    this.#sound = new DatabaseSync(this.path);
    let copy: ReadableCopy | null = null;
    try {
      this.#sound.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
      copy = openReadableCopy(ledger, this.#copy, this.path);
      const damaged = copy.database;
      refuseNewer(damaged, ledger);
      this.#known = remembered(damaged);
      this.output = this.#known.book === null ? undefined : this.#known.book.output;
      this.lostCommits = Math.max(0, lock.commitsSeen - (this.#known.book?.commits ?? 0));
      if (this.lostCommits === 0 && !copy.isMended && !isCut(ledger)) refuseSound(damaged, ledger);
      this.#state = this.#salvage(damaged, statSync(ledger).size);
      this.#heard = this.#state.book.heard;
    } catch (error) {
      this.close();
      throw error;
    } finally {
      copy?.database.close();
      removeCopy(this.#copy);
    }
  }

  /**
   * Reads what is left of a damaged ledger into a new one.
   * @throws UsageError when it is sound, in use, or of a newer schema.
   */
  static open(path: string): Recovery {
    checkSqliteVersion(process.versions.sqlite);
    const ledger = resolve(path);
    if (!statSync(ledger, { throwIfNoEntry: false })?.isFile()) {
      throw new UsageError(`There is no ledger ${path}; name the one that is damaged.`);
    }
    const lock = LedgerLock.take(ledger);
    if (lock === null) throw inUse(path, holderOf(ledger));
    return new Recovery(lock, ledger);
  }

  /** Takes answers of OUTPUT for rows that have none. */
  add(found: readonly FoundAnswer[], isCurrent: boolean): void {
    this.#found ??= new FoundAnswers(this.#sound, this.#state, isCurrent);
    this.#found.add(found);
  }

  /** Makes the new ledger ready to be put in the damaged one's place. */
  finish(): Recovered {
    const { book } = this.#state;
    const fromOutput = this.#found?.counts.saved ?? 0;
    const lost = this.#lost();
    forgetKept(this.#sound);
    // Whether a simulator gave them, OUTPUT does not tell: answers of which nothing else is known bind nobody.
    if (this.#heard === 0) this.#state.transaction(() => Object.assign(book, { heard: 0, simulated: 0 }));
    const recovered: Recovered = {
      fromLedger: (book.states[ROW.answered] ?? 0) + (this.#found?.withoutRow ?? 0) - fromOutput,
      fromOutput,
      unplaced: this.#found?.counts.unplaced ?? 0,
      lost,
      isCounted: this.#known.book !== null && this.lostCommits === 0,
      info: describeLedger(this.#sound, this.#state, false),
    };
    this.#sound.close();
    return recovered;
  }

  /**
   * Takes away what is not needed any more and frees the ledger. Where the damaged one stays in its place, so does what
   * is known of its commits.
   */
  close(isReplaced = false): void {
    if (this.#sound.isOpen) this.#sound.close();
    removeCopy(this.path);
    if (isReplaced) this.#lock.release();
    else this.#lock.giveUp();
  }

  #salvage(damaged: DatabaseSync, bytes: number): LedgerState {
    const sound = this.#sound;
    const { book, settings } = this.#known;
    sound.exec("BEGIN IMMEDIATE");
    salvage(damaged, sound, bytes);
    const sums = sumsOf(sound, book);
    reopenMissing(sound, sums.plan);
    const put = sound.prepare("INSERT INTO meta VALUES (?, ?)");
    put.run("book", JSON.stringify(bookOf(sound, sums)));
    if (settings !== null) put.run("settings", withoutFingerprint(settings));
    sound.exec("COMMIT");
    return new LedgerState(sound);
  }

  #lost(): Recovered["lost"] {
    const { rows, cost, unpriced } = lostAnswers(this.#sound);
    // Rows of which not even the plan is left: how many of them were answered, the sums still know.
    const answered = (this.#state.book.states[ROW.answered] ?? 0) + (this.#found?.withoutRow ?? 0);
    const gone = Math.max(0, (this.#known.book?.states[ROW.answered] ?? 0) - answered - rows);
    return { rows: rows + gone, cost, unpriced: unpriced + gone };
  }
}

/** The next run looks at every row of INPUT again. */
function withoutFingerprint(settings: string): string {
  return JSON.stringify({ ...JSON.parse(settings), sourceFingerprint: "" });
}

function refuseNewer(damaged: DatabaseSync, ledger: string): void {
  const version = unlessRefused(() => damaged.prepare("PRAGMA user_version").get()?.user_version ?? null);
  if (Number(version) <= SCHEMA_VERSION) return;
  throw new UsageError(`The ledger ${ledger} was written by a newer Sluice; update Sluice.`);
}

function refuseSound(damaged: DatabaseSync, ledger: string): void {
  const check = unlessRefused(() => damaged.prepare("PRAGMA quick_check(1)").get()?.quick_check ?? null);
  if (check !== "ok") return;
  throw new UsageError(`The ledger ${ledger} is not damaged; nothing was changed.`);
}
