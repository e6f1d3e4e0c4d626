/** The floor: undici's dispatcher with a hand-written handler, `JSON.parse`, and nothing else. */
import { type Dispatcher, Pool } from "undici";
import { answerText, readTask, report } from "./task.ts";

const { origin, inFlight, lines } = readTask();
const pool = new Pool(origin, { connections: inFlight, allowH2: false, headersTimeout: 0, bodyTimeout: 0 });
const headers = { "content-type": "application/json", authorization: "Bearer bench" };
let started = 0;
let answered = 0;

class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #chunks: Buffer[] = [];
  onRequestStart() {}
  onResponseStart() {}
  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer) {
    this.#chunks.push(chunk);
  }
  onResponseEnd() {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    answerText(JSON.parse(body.toString()));
    answered += 1;
    startNext();
  }
  onResponseError(_controller: Dispatcher.DispatchController, error: Error) {
    throw error;
  }
}

function startNext(): void {
  const body = lines[started];
  if (body === undefined) {
    if (answered === lines.length) finish();
    return;
  }
  started += 1;
  pool.dispatch({ path: "/v1/chat/completions", method: "POST", headers, body }, new AnswerHandler());
}

function finish(): void {
  report(answered);
  pool.close();
}

for (let slot = 0; slot < Math.min(inFlight, lines.length); slot += 1) startNext();
