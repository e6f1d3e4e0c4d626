import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { AttemptRecord, OutcomeRecord } from "../model/ledger.ts";
import { costSourceCode, statusCode } from "./codes.ts";
import type { LedgerState } from "./ledger-state.ts";
import { LongBodies } from "./long-bodies.ts";
import { storedText } from "./stored-text.ts";

const COLUMNS = `id, plan, idx, status, http, request_id, error_code, error_message, finish,
  input_tokens, cached_tokens, output_tokens, reasoning_tokens, total_tokens,
  cost, cost_source, simulated, origin, model, wall, body, leader`;

const COPIED = COLUMNS.replace("id, plan, idx", "?, ?, idx");
/** What a copy has of its leader's answer: nothing was used for it, and nothing paid. */
const SHARED = "status, http, request_id, error_code, error_message, finish, simulated, origin, model, wall";

/** Writes outcomes; each gets the next settle sequence as its number. */
export class Answers {
  readonly #state: LedgerState;
  readonly #insert: StatementSync;
  readonly #copy: StatementSync;
  readonly #share: StatementSync;
  readonly #bodies: LongBodies;

  constructor(database: DatabaseSync, state: LedgerState) {
    this.#state = state;
    this.#insert = database.prepare(
      `INSERT INTO answer(${COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,NULL)`,
    );
    this.#bodies = new LongBodies(database);
    this.#copy = database.prepare(`INSERT INTO answer(${COLUMNS}) SELECT ${COPIED} FROM answer WHERE id = ?`);
    this.#share = database.prepare(
      `INSERT INTO answer(id, plan, idx, ${SHARED}, cost, leader)
       SELECT ?, ?, ?, ${SHARED}, 0, coalesce(leader, id) FROM answer WHERE id = ?`,
    );
  }

  /** Stores what the provider said, as it said it. */
  add(record: AttemptRecord, outcome: OutcomeRecord): number {
    const { words } = this.#state;
    const { error, usage } = outcome;
    const id = this.#next();
    this.#insert.run(
      id,
      this.#state.book.plan,
      record.index,
      statusCode(outcome.status),
      record.httpStatus,
      storedText(outcome.requestId),
      error === null ? null : words.number(error.code),
      error === null ? null : storedText(error.message),
      words.optional(outcome.finishReason),
      usage === null ? null : usage.inputTokens,
      usage === null ? null : usage.cachedTokens,
      usage === null ? null : usage.outputTokens,
      usage === null ? null : usage.reasoningTokens,
      usage === null ? null : usage.totalTokens,
      outcome.cost,
      costSourceCode(outcome.costSource),
      outcome.simulated ? 1 : 0,
      words.number(outcome.origin),
      words.optional(outcome.model),
      record.wallTime,
      this.#bodies.store(id, outcome.body),
    );
    return id;
  }

  /** Settles a row anew by what it was settled with before. */
  repeat(answer: number): number {
    const id = this.#next();
    this.#copy.run(id, this.#state.book.plan, answer);
    this.#bodies.copy(answer, id);
    return id;
  }

  /** Settles a copy by its leader's answer. */
  share(answer: number, index: number): number {
    const id = this.#next();
    this.#share.run(id, this.#state.book.plan, index, answer);
    return id;
  }

  #next(): number {
    const id = this.#state.book.nextAnswer;
    this.#state.book.nextAnswer += 1;
    return id;
  }
}
