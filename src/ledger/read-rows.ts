import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { PulledRow } from "../model/ledger.ts";
import type { Readable, SettledRow } from "../model/outcome.ts";
import type { Usage } from "../model/usage.ts";
import { costSourceOf } from "./codes.ts";
import { IS_LEADER } from "./copies.ts";
import type { LedgerState } from "./ledger-state.ts";
import { LongBodies } from "./long-bodies.ts";
import { FIRST_SETTLED, isReadable, statusOf } from "./row-states.ts";
import { textStored } from "./stored-text.ts";

/** A plan row beside its newest answer, in the order of `SETTLED_COLUMNS`. */
type Stored = readonly (number | string | Uint8Array | null)[];

const SETTLED_COLUMNS = `plan.idx, plan.line, plan.custom_id, plan.state, plan.attempts, plan.start, plan.size,
  plan.answer, answer.http, answer.request_id, answer.error_code, answer.error_message, answer.finish,
  answer.input_tokens, answer.cached_tokens, answer.output_tokens, answer.reasoning_tokens, answer.total_tokens,
  answer.cost, answer.cost_source, coalesce(leader.body, answer.body), coalesce(leader.id, answer.id)`;
const STATE = 3;
const BODY = 20;
/** The answer whose body it is: of a copy, its leader's. */
const BODY_OF = 21;
const WITH_LEADER = "LEFT JOIN answer AS leader ON leader.id = answer.leader";

/** An open row of the plan, as it is pulled. */
type Open = readonly [
  index: number,
  line: number,
  start: number,
  size: number,
  request: Uint8Array,
  customId: string | Uint8Array | null,
  attempts: number,
];

/** Short reads by key; each is over before its answer is sent, so that no reader holds the WAL open. */
export class Reader {
  readonly #database: DatabaseSync;
  readonly #state: LedgerState;
  #pull: StatementSync;
  readonly #inOrder: StatementSync;
  readonly #bodies: LongBodies;
  #asSettled: StatementSync | null = null;
  /** Below this index a lane has nothing open. */
  readonly #lowest = new Map<string, number>();

  constructor(database: DatabaseSync, state: LedgerState) {
    this.#database = database;
    this.#state = state;
    this.#pull = this.#preparePull("TRUE");
    this.#bodies = new LongBodies(database);
    this.#inOrder = database.prepare(
      `SELECT ${SETTLED_COLUMNS} FROM plan LEFT JOIN answer ON answer.id = plan.answer ${WITH_LEADER}
       WHERE plan.idx >= ? ORDER BY plan.idx LIMIT ?`,
    );
    this.#inOrder.setReturnArrays(true);
  }

  pull(lane: string, after: number, count: number): PulledRow[] {
    const word = this.#state.words.find(lane);
    if (word === null || count <= 0) return [];
    const lowest = this.#lowest.get(lane) ?? 0;
    const rows = this.#pull.all(Math.max(after, lowest - 1), word, count) as unknown as Open[];
    if (after < lowest) this.#lowest.set(lane, rows[0]?.[0] ?? this.#state.book.rows);
    return rows.map(([index, line, offset, length, requestHash, customId, attempts]) => ({
      index,
      line,
      offset,
      length,
      requestHash,
      customId: textStored(customId),
      lane,
      attempts,
    }));
  }

  /** Rows were opened again or renumbered; with another plan, its indexes are gone too. */
  forget(): void {
    this.#lowest.clear();
    this.#pull = this.#preparePull(this.#state.dedupe ? IS_LEADER : "TRUE");
    this.#asSettled = null;
  }

  #preparePull(condition: string): StatementSync {
    const pull = this.#database.prepare(
      `SELECT idx, line, start, size, request, custom_id, attempts FROM plan
       WHERE idx > ? AND lane = ? AND state < ${FIRST_SETTLED} AND ${condition} ORDER BY idx LIMIT ?`,
    );
    pull.setReturnArrays(true);
    return pull;
  }

  read(from: number, count: number, maxBytes: number, which: Readable): SettledRow[] {
    const rows: SettledRow[] = [];
    let bytes = 0;
    // A LIMIT alone would step through bodies nobody asked for: leaving the loop resets the statement.
    for (const stored of this.#inOrder.iterate(from, count) as unknown as Iterable<Stored>) {
      const row = which === "all" ? this.#rowOf(stored) : this.#settled(stored);
      if (row === null || row.index !== from + rows.length) break;
      rows.push(row);
      bytes += row.body?.length ?? 0;
      if (bytes >= maxBytes) break;
    }
    return rows;
  }

  /** Blank lines settle nothing and have no place in the order of completion. */
  readSettled(after: number, count: number, maxBytes: number): { rows: SettledRow[]; sequence: number } {
    const rows: SettledRow[] = [];
    let sequence = after;
    let bytes = 0;
    for (const stored of this.#bySequence().iterate(after, count) as unknown as Iterable<Stored>) {
      const row = this.#settled(stored);
      if (row === null) continue;
      rows.push(row);
      sequence = Number(stored[7]);
      bytes += row.body?.length ?? 0;
      if (bytes >= maxBytes) break;
    }
    return { rows, sequence };
  }

  /** The index serves completion order only, so it is made when that is first asked for. */
  #bySequence(): StatementSync {
    if (this.#asSettled !== null) return this.#asSettled;
    this.#database.exec("CREATE INDEX IF NOT EXISTS plan_answer ON plan(answer) WHERE answer IS NOT NULL");
    this.#asSettled = this.#database.prepare(
      `SELECT ${SETTLED_COLUMNS} FROM plan JOIN answer ON answer.id = plan.answer ${WITH_LEADER}
       WHERE plan.answer > ? AND plan.state >= ${FIRST_SETTLED} ORDER BY plan.answer LIMIT ?`,
    );
    this.#asSettled.setReturnArrays(true);
    return this.#asSettled;
  }

  #settled(stored: Stored): SettledRow | null {
    return isReadable(Number(stored[STATE]), this.#state.reopening !== null) ? this.#rowOf(stored) : null;
  }

  #rowOf(stored: Stored): SettledRow {
    const [idx, line, customId, state, attempts, start, size, , http, requestId, code, message, finish] =
      stored;
    const { words } = this.#state;
    const errorCode = words.text(numberOf(code));
    return {
      index: Number(idx),
      line: Number(line),
      customId: textStored(customId),
      status: statusOf(Number(state)),
      httpStatus: numberOf(http),
      requestId: textStored(requestId),
      body: this.#bodies.load(Number(stored[BODY_OF]), stored[BODY]),
      error: errorCode === null ? null : { code: errorCode, message: textStored(message) ?? "" },
      finishReason: words.text(numberOf(finish)),
      usage: usageOf(stored),
      cost: numberOf(stored[18]),
      costSource: costSourceOf(numberOf(stored[19])),
      attempts: Number(attempts),
      offset: Number(start),
      length: Number(size),
    };
  }
}

function usageOf(stored: Stored): Usage | null {
  const [input, cached, output, reasoning, total] = stored.slice(13, 18);
  if (input === null || input === undefined) return null;
  return {
    inputTokens: Number(input),
    cachedTokens: Number(cached),
    outputTokens: Number(output),
    reasoningTokens: Number(reasoning),
    totalTokens: Number(total),
  };
}

function numberOf(value: Stored[number] | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
