/** Cost of one request's way through the limiter: admit, sent, written, settle. Prints one line of JSON. */
import { createLaneRegistry } from "../../src/limiter/index.ts";
import type { Feedback, Permit } from "../../src/model/limiter.ts";

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
  reason: null,
  named: null,
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
const figures = {
  microseconds: (user + system) / REQUESTS,
  waits: asked / REQUESTS,
  pace: (REQUESTS * 1000) / now,
  limit: RPS,
};
console.log(JSON.stringify(figures));
