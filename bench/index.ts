/**
 * What the README's numbers come from. `node bench/index.ts [NAME…] [--short] [--rounds N] [--json FILE]`:
 * results as Markdown on standard output, progress on standard error.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Benchmark, Section } from "./benchmark.ts";
import { http2 } from "./http2.ts";
import { ledger } from "./ledger.ts";
import { limiter } from "./limiter.ts";
import { describeMachine } from "./machine.ts";
import { memory } from "./memory.ts";
import { machineLine, renderSection } from "./report.ts";
import { request } from "./request.ts";

const BENCHMARKS: readonly Benchmark[] = [request, http2, memory, limiter, ledger];
const ROUNDS = 5;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: "boolean", default: false },
    rounds: { type: "string" },
    json: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) console.log(usage());
else await runAll(chosen());

function usage(): string {
  return [
    "node bench/index.ts [NAME…] [--short] [--rounds N] [--json FILE]",
    ...BENCHMARKS.map(({ name, about }) => `  ${name.padEnd(8)} ${about}`),
  ].join("\n");
}

function chosen(): readonly Benchmark[] {
  const stranger = positionals.find((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (stranger !== undefined) {
    console.error(`there is no benchmark "${stranger}"\n${usage()}`);
    process.exit(2);
  }
  return BENCHMARKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
}

async function runAll(benchmarks: readonly Benchmark[]): Promise<void> {
  const rounds = Number(values.rounds ?? (values.short ? 1 : ROUNDS));
  const machine = describeMachine();
  const sections: Record<string, Section> = {};
  console.log(`${machineLine(machine)}\n`);
  if (values.short) console.log("The short form: everything runs, but the targets are for the long one.\n");
  for (const benchmark of benchmarks) {
    const folder = await mkdtemp(join(tmpdir(), "sluice-bench-"));
    const say = (line: string) => console.error(`${benchmark.name}: ${line}`);
    try {
      const section = await benchmark.run({ short: values.short, rounds, folder, say });
      sections[benchmark.name] = section;
      console.log(`${renderSection(section)}\n`);
    } catch (error) {
      // The others' results are worth having all the same.
      console.log(`## ${benchmark.name}\n\nIt failed: ${error instanceof Error ? error.message : error}\n`);
      process.exitCode = 1;
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  if (values.json !== undefined) {
    const results = { machine, short: values.short, rounds, sections };
    await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
  }
}
