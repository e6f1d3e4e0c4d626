import { AnswerServer } from "./answer-server.ts";
import type { Benchmark, Check } from "./benchmark.ts";
import { SLUICE_RUN, script } from "./contender.ts";
import { medianOf } from "./median.ts";
import { perRequest, type Round, takeRounds } from "./rounds.ts";

const REQUEST_BYTES = 1000;
const TRANSPORT = script("transport alone", new URL("./inside/transport.ts", import.meta.url));
const MOST_TRANSPORT_MICROSECONDS = 300;
const MOST_RUN_MICROSECONDS = 450;
const MOST_RUN_MB = 550;

export const http2: Benchmark = {
  name: "http2",
  about: "thousands of requests in flight at once over TLS with HTTP/2, from one process",
  async run(session) {
    const count = session.short ? 1000 : 15_000;
    const delayMs = session.short ? 1000 : 10_000;
    await using server = await AnswerServer.start("h2");
    const measured = await takeRounds({
      contenders: [TRANSPORT, SLUICE_RUN],
      session,
      server,
      count,
      bytes: REQUEST_BYTES,
      inFlight: count,
      delayMs,
    });
    return {
      title: "Thousands in flight, HTTP/2 over TLS",
      setting:
        `${count.toLocaleString("en-US")} requests of ${REQUEST_BYTES} B in flight at once, each answered with ` +
        `1,200 B after ${delayMs / 1000} s by one server process on loopback; median of ${session.rounds}. ` +
        "A request that failed would have ended the benchmark.",
      columns: [
        "",
        "failures",
        "CPU µs/request",
        "µs/request with start-up",
        "peak RSS MB",
        "wall s",
        "most in flight",
        "loop delay p99 ms",
        "server CPU µs/request",
      ],
      rows: [...measured].map(([{ name }, taken]) => [
        name,
        0,
        medianOf(taken, (round) => perRequest(round, count)),
        medianOf(taken, ({ all }) => (all.cpuMs * 1000) / count),
        medianOf(taken, ({ all }) => all.peakBytes / 1e6),
        medianOf(taken, ({ all }) => all.wallMs / 1000).toFixed(1),
        medianOf(taken, ({ all }) => all.serverMostInFlight),
        medianOf(taken, ({ all }) => all.loopDelay.p99Ms).toFixed(1),
        medianOf(taken, ({ all }) => (all.serverCpuMs * 1000) / count),
      ]),
      checks: checksOf(measured.get(TRANSPORT) ?? [], measured.get(SLUICE_RUN) ?? [], count),
      notes: [],
    };
  },
};

function checksOf(transport: readonly Round[], run: readonly Round[], count: number): Check[] {
  const cpu = (rounds: readonly Round[]) => medianOf(rounds, (round) => perRequest(round, count));
  const runMb = medianOf(run, ({ all }) => all.peakBytes / 1e6);
  return [
    must("transport alone, a request", cpu(transport), MOST_TRANSPORT_MICROSECONDS, "µs"),
    must("sluice run, a request", cpu(run), MOST_RUN_MICROSECONDS, "µs"),
    must("sluice run, peak RSS", runMb, MOST_RUN_MB, "MB"),
  ];
}

function must(what: string, value: number, atMost: number, unit: string): Check {
  return { what, value, atMost, unit, kind: "must" };
}
