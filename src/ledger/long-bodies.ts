import type { DatabaseSync, StatementSync } from "node:sqlite";
import { releaseBytes } from "../model/release-bytes.ts";

/**
 * Longer bodies are stored in pieces of this length. As one value SQLite would hold a body twice more on its way in
 * (what is bound, and the record made of it), and twice on its way out.
 */
const PIECE_BYTES = 1024 * 1024;
/** A piece's number is its answer's times this, and its place among the others. */
const PIECES_PER_ANSWER = 65_536;

/** Bodies as they lie in the file; in `answer.body`, a number stands for a body in pieces and tells its length. */
export class LongBodies {
  readonly #insert: StatementSync;
  readonly #read: StatementSync;
  readonly #copy: StatementSync;
  readonly #held: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare("INSERT INTO piece(id, bytes) VALUES (?, ?)");
    this.#read = database.prepare("SELECT bytes FROM piece WHERE id >= ? AND id < ? ORDER BY id");
    this.#read.setReturnArrays(true);
    this.#copy = database.prepare(
      "INSERT INTO piece(id, bytes) SELECT id + ?, bytes FROM piece WHERE id >= ? AND id < ?",
    );
    this.#held = database.prepare("SELECT sum(length(bytes)) AS bytes FROM piece WHERE id >= ? AND id < ?");
  }

  /** What to write into `answer.body`; the pieces are written here. */
  store(answer: number, body: Uint8Array | null): Uint8Array | number | null {
    if (body === null || body.length <= PIECE_BYTES) return body;
    let id = answer * PIECES_PER_ANSWER;
    for (let at = 0; at < body.length; at += PIECE_BYTES) {
      this.#insert.run(id, body.subarray(at, at + PIECE_BYTES));
      id += 1;
    }
    return body.length;
  }

  /** The body of which `stored` stands in `answer.body`. */
  load(answer: number, stored: unknown): Uint8Array | null {
    if (stored instanceof Uint8Array) return stored;
    if (typeof stored !== "number") return null;
    const body = new Uint8Array(stored);
    const [from, to] = piecesOf(answer);
    let at = 0;
    for (const [piece] of this.#read.iterate(from, to) as unknown as Iterable<[Uint8Array]>) {
      body.set(piece, at);
      at += piece.length;
      releaseBytes(piece);
    }
    return body;
  }

  /** True when every byte of a body in pieces is there. */
  isWhole(answer: number, bytes: number): boolean {
    return this.#held.get(...piecesOf(answer))?.bytes === bytes;
  }

  /** The same body for another answer. */
  copy(from: number, to: number): void {
    const first = from * PIECES_PER_ANSWER;
    this.#copy.run((to - from) * PIECES_PER_ANSWER, first, first + PIECES_PER_ANSWER);
  }
}

/** The numbers its pieces lie between. */
function piecesOf(answer: number): [from: number, to: number] {
  return [answer * PIECES_PER_ANSWER, (answer + 1) * PIECES_PER_ANSWER];
}

/** The pieces of every answer to a row below the parameter's index. */
export const PIECES_BELOW = `
  SELECT piece.id FROM plan JOIN answer ON answer.id = plan.answer
    JOIN piece ON piece.id >= answer.id * ${PIECES_PER_ANSWER} AND piece.id < (answer.id + 1) * ${PIECES_PER_ANSWER}
  WHERE plan.idx < ? AND typeof(answer.body) = 'integer'`;
