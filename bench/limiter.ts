import { fileURLToPath } from "node:url";
import type { Benchmark } from "./benchmark.ts";
import { measureProcess, saidNumber } from "./measured-process.ts";
import { medianOf } from "./median.ts";

const PROGRAM = fileURLToPath(new URL("./inside/limiter-permits.ts", import.meta.url));
const MOST_MICROSECONDS = 5;

export const limiter: Benchmark = {
  name: "limiter",
  about: "one request's way through the limiter",
  async run({ folder, rounds }) {
    const said: unknown[] = [];
    for (let round = 0; round < rounds; round += 1) {
      said.push((await measureProcess({ argv: [PROGRAM], folder })).said);
    }
    const figure = (name: string) => medianOf(said, (one) => saidNumber(one, name));
    const microseconds = figure("microseconds");
    return {
      title: "The limiter alone",
      setting:
        "Admit, send, write and settle under a limit of 500 requests per second and one of tokens per minute, in " +
        `virtual time, 1,000 in flight; 400,000 requests, median of ${rounds}.`,
      columns: ["", "CPU µs/request", "waits/request", "pace reached", "of a limit of"],
      rows: [
        [
          "limiter",
          microseconds.toFixed(2),
          figure("waits").toFixed(2),
          figure("pace").toFixed(1),
          figure("limit"),
        ],
      ],
      checks: [
        {
          what: "the limiter, a request",
          value: microseconds,
          atMost: MOST_MICROSECONDS,
          unit: "µs",
          kind: "aim",
        },
      ],
      notes: [],
    };
  },
};
