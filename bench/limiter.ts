/** Cost of one request's way through the limiter: admit, sent, written, settle. `node bench/limiter.ts` */
import { createLaneRegistry } from "../src/limiter/index.ts";
import type { Feedback, Permit } from "../src/model/limiter.ts";

const REQUESTS = 400_000;
const IN_FLIGHT = 1000;
const RPS = 500;

const lane = createLaneRegistry().lane(
  { account: "bench", model: "bench" },
  {
    limits: [
      { dimension: "requests", perWindow: RPS, windowMs: 1000, source: "flag" },
      { dimension: "tokens", perWindow: 100_000_000, windowMs: 60_000, source: "flag" },
    ],
  },
);
const load = { bodyBytes: 1000, maxTokens: null, samples: 1 };
const answered: Feedback = {
  kind: "answered",
  latencyMs: 2000,
  inputTokens: 250,
  outputTokens: 300,
  retryAfterMs: null,
  named: null,
  headers: null,
};

let now = 0;
let asked = 0;
const flying: Permit[] = [];
const start = process.cpuUsage();
for (let sent = 0; sent < REQUESTS; sent += 1) {
  for (let wait = lane.admit(now, load); wait > 0; wait = lane.admit(now, load)) {
    now += wait;
    asked += 1;
  }
  const permit = lane.sent(now, load);
  lane.written(now, permit);
  flying.push(permit);
  const oldest = sent >= IN_FLIGHT ? flying[sent - IN_FLIGHT] : undefined;
  if (oldest !== undefined) lane.settle(now, oldest, answered);
}
const { user, system } = process.cpuUsage(start);
const perRequest = (user + system) / REQUESTS;
const pace = (REQUESTS * 1000) / now;
console.log(
  `${perRequest.toFixed(2)} µs per request (aim ≤ 5), ${(asked / REQUESTS).toFixed(2)} waits each, ` +
    `pace ${pace.toFixed(1)} of ${RPS} a second`,
);
