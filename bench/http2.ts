import { join } from "node:path";
import { AnswerServer } from "./answer-server.ts";
import type { Benchmark, Check } from "./benchmark.ts";
import { type Contender, SLUICE_RUN, script, type Turn, takeTurn } from "./contender.ts";
import { medianOf } from "./median.ts";
import { writeRequests } from "./requests-file.ts";

const REQUEST_BYTES = 1000;
const TRANSPORT = script("transport alone", new URL("./inside/transport.ts", import.meta.url));
const MOST_TRANSPORT_MICROSECONDS = 300;
const MOST_RUN_MICROSECONDS = 450;
const MOST_RUN_MB = 550;

/** A run with everything in flight, and one over a single request: start-up and exit. */
interface Round {
  all: Turn;
  one: Turn;
}

export const http2: Benchmark = {
  name: "http2",
  about: "thousands of requests in flight at once over TLS with HTTP/2, from one process",
  async run({ folder, rounds, say, short }) {
    const count = short ? 1000 : 15_000;
    const delayMs = short ? 1000 : 10_000;
    const many = join(folder, "requests.jsonl");
    const single = join(folder, "request.jsonl");
    await writeRequests({ path: many, count, bytes: REQUEST_BYTES });
    await writeRequests({ path: single, count: 1, bytes: REQUEST_BYTES });
    await using server = await AnswerServer.start("h2");
    const measured = new Map<Contender, Round[]>([TRANSPORT, SLUICE_RUN].map((contender) => [contender, []]));
    for (let round = 1; round <= rounds; round += 1) {
      for (const [contender, taken] of measured) {
        await server.answer();
        const one = await takeTurn(contender, { server, folder, path: single, inFlight: count, count: 1 });
        await server.answer({ delayMs });
        const all = await takeTurn(contender, { server, folder, path: many, inFlight: count, count });
        taken.push({ all, one });
        say(`round ${round}: ${contender.name} ${perRequest({ all, one }, count).toFixed(0)} µs`);
      }
    }
    return {
      title: "Thousands in flight, HTTP/2 over TLS",
      setting:
        `${count.toLocaleString("en-US")} requests of ${REQUEST_BYTES} B in flight at once, each answered with ` +
        `1,200 B after ${delayMs / 1000} s by one server process on loopback; median of ${rounds}. ` +
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

function perRequest({ all, one }: Round, count: number): number {
  return ((all.cpuMs - one.cpuMs) * 1000) / (count - 1);
}

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
