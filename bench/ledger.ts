import { fileURLToPath } from "node:url";
import type { Benchmark } from "./benchmark.ts";
import type { LedgerFigure } from "./inside/ledger-rows.ts";
import { measureProcess } from "./measured-process.ts";

const PROGRAM = fileURLToPath(new URL("./inside/ledger-rows.ts", import.meta.url));

interface LedgerReport {
  figures: LedgerFigure[];
  bytesPerRow: number;
}

export const ledger: Benchmark = {
  name: "ledger",
  about: "what the ledger costs for each row, and what it does to the loop",
  async run({ folder, short }) {
    const rows = short ? 10_000 : 200_000;
    const { said } = await measureProcess({ argv: [PROGRAM, String(rows)], folder });
    const { bytesPerRow, figures } = said as LedgerReport;
    return {
      title: "The ledger alone",
      setting:
        `${rows.toLocaleString("en-US")} rows with answers of 1,200 B, 16 settled in each turn of the loop. ` +
        "CPU is that of the loop's thread and the ledger's own together.",
      columns: ["", "CPU µs/row", "s", "loop delay p99 ms"],
      rows: figures.map(({ loopP99Ms, microsecondsPerRow, seconds, what }) => [
        what,
        microsecondsPerRow.toFixed(1),
        seconds.toFixed(2),
        loopP99Ms.toFixed(1),
      ]),
      checks: [],
      notes: [`The file takes ${bytesPerRow.toFixed(0)} B a row, the answer included.`],
    };
  },
};
