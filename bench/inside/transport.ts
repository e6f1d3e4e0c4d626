/** Sluice's transport alone: every exchange is started as soon as there is capacity. */
import { systemClock } from "../../src/model/clock.ts";
import type { ExchangeListener, WireEnd } from "../../src/model/transport.ts";
import { createTransport } from "../../src/transport/index.ts";
import { answerText, readTask, report } from "./task.ts";

const { origin, inFlight, lines } = readTask();
const transport = createTransport({ origin, clock: systemClock, rejectUnauthorized: false });
const headers = { "content-type": "application/json", authorization: "Bearer bench" };
let started = 0;
let ended = 0;
let answered = 0;

const listener: ExchangeListener = {
  onEnd(end: WireEnd) {
    ended += 1;
    if (end.kind === "response" && end.head.status === 200) {
      answerText(JSON.parse(Buffer.from(end.body).toString()));
      answered += 1;
    } else {
      console.error("message" in end ? `${end.kind}: ${end.message}` : end.kind);
    }
    if (ended < lines.length) startMore();
    else finish();
  },
};

function startMore(): void {
  while (started - ended < inFlight && transport.capacity() > 0) {
    const body = lines[started];
    if (body === undefined) return;
    started += 1;
    transport.start({ method: "POST", path: "/v1/chat/completions", headers, body }, listener);
  }
}

function finish(): void {
  unsubscribe();
  report(answered);
  transport.close();
}

const unsubscribe = transport.onCapacity(startMore);
transport.warm(Math.min(inFlight, lines.length));
startMore();
