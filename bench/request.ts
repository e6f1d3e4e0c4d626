import { AnswerServer } from "./answer-server.ts";
import type { Benchmark, Check, Section, Session } from "./benchmark.ts";
import { type Contender, SLUICE_RUN, script } from "./contender.ts";
import { medianOf } from "./median.ts";
import { perRequest, type Round, takeRounds } from "./rounds.ts";

const IN_FLIGHT = 256;
const REQUEST_BYTES = 1000;
const AIM_OF_DISPATCH = 1.5;
const MOST_OF_DISPATCH = 1.9;
const MOST_OF_OPENAI = 0.25;
const MOST_LOOP_DELAY_MS = 10;

const DISPATCH = script(
  "undici `dispatch` + `JSON.parse`",
  new URL("./inside/undici-dispatch.ts", import.meta.url),
);
const OPENAI = script("openai-node 7 + p-limit", new URL("./inside/openai-p-limit.ts", import.meta.url));
const FETCH = script("`fetch` + p-queue", new URL("./inside/fetch-p-queue.ts", import.meta.url));
const CONTENDERS = [DISPATCH, SLUICE_RUN, OPENAI, FETCH];

export const request: Benchmark = {
  name: "request",
  about: "CPU per request of a whole run, beside raw undici, openai-node and fetch",
  async run(session) {
    const count = session.short ? 2000 : 50_000;
    await using server = await AnswerServer.start("h1");
    const measured = await takeRounds({
      contenders: CONTENDERS,
      session,
      server,
      count,
      bytes: REQUEST_BYTES,
      inFlight: IN_FLIGHT,
      delayMs: 0,
    });
    return sectionOf(measured, count, session);
  },
};

/** CPU before the first request was sent, beyond that of start-up: reading the input, and the door where there is one. */
function beforeFirst({ all, one }: Round, count: number): number {
  return (((all.firstSend?.cpuMs ?? 0) - (one.firstSend?.cpuMs ?? 0)) * 1000) / count;
}

function sectionOf(
  measured: ReadonlyMap<Contender, readonly Round[]>,
  count: number,
  session: Session,
): Section {
  const dispatch = measured.get(DISPATCH) ?? [];
  const rows = [...measured].map(([{ name }, rounds]) => [
    name,
    medianOf(rounds, (round) => perRequest(round, count)),
    ratioTo(dispatch, rounds, count).toFixed(2),
    medianOf(rounds, ({ all }) => (all.cpuMs * 1000) / count),
    medianOf(rounds, (round) => beforeFirst(round, count)),
    medianOf(rounds, ({ one }) => one.cpuMs),
    medianOf(rounds, ({ one }) => one.firstSend?.atMs ?? 0),
    medianOf(rounds, ({ one }) => one.exitMs),
    medianOf(rounds, ({ all }) => (count * 1000) / all.spanMs),
    medianOf(rounds, ({ all }) => all.peakBytes / 1e6),
    medianOf(rounds, ({ all }) => all.loopDelay.p99Ms).toFixed(1),
    `${medianOf(rounds, ({ all }) => (all.serverCpuMs * 100) / all.spanMs).toFixed(0)} %`,
  ]);
  return {
    title: "CPU per request, HTTP/1.1",
    setting:
      `${IN_FLIGHT} in flight, ${count.toLocaleString("en-US")} requests of ${REQUEST_BYTES} B answered with 1,200 B ` +
      `at once by one server process on loopback; every contender in a process of its own, taking turns; median of ` +
      `${session.rounds}. \`sluice run\` is the whole command: door, ledger and ordered OUTPUT on disk.`,
    columns: [
      "",
      "CPU µs/request",
      "× dispatch",
      "µs/request with start-up",
      "of which before the first send",
      "start-up CPU ms",
      "first send after ms",
      "exit ms",
      "requests/s",
      "peak RSS MB",
      "loop delay p99 ms",
      "server's core busy",
    ],
    rows,
    checks: checksOf(measured, count),
    notes: [
      "CPU is user + system of all threads. The first column is a run over all requests less one over a single " +
        "request: start-up and exit are out, reading the input and the door are in.",
    ],
  };
}

/** Rounds are compared one by one: what loads the machine meanwhile loads both. */
function ratioTo(base: readonly Round[], rounds: readonly Round[], count: number): number {
  return medianOf(
    rounds.flatMap((round, place) => {
      const other = base[place];
      return other === undefined ? [] : [perRequest(round, count) / perRequest(other, count)];
    }),
    (ratio) => ratio,
  );
}

function checksOf(measured: ReadonlyMap<Contender, readonly Round[]>, count: number): Check[] {
  const ours = measured.get(SLUICE_RUN) ?? [];
  const ofDispatch = ratioTo(measured.get(DISPATCH) ?? [], ours, count);
  const ofOpenai = ratioTo(measured.get(OPENAI) ?? [], ours, count);
  const loop = medianOf(ours, ({ all }) => all.loopDelay.p99Ms);
  return [
    { what: "sluice run / dispatch", value: ofDispatch, atMost: AIM_OF_DISPATCH, unit: "", kind: "aim" },
    { what: "sluice run / dispatch", value: ofDispatch, atMost: MOST_OF_DISPATCH, unit: "", kind: "must" },
    { what: "sluice run / openai-node", value: ofOpenai, atMost: MOST_OF_OPENAI, unit: "", kind: "must" },
    {
      what: "loop delay p99 in sluice run",
      value: loop,
      atMost: MOST_LOOP_DELAY_MS,
      unit: "ms",
      kind: "must",
    },
  ];
}
