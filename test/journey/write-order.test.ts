import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { Workplace } from "./workplace.ts";

const PROGRAM = fileURLToPath(new URL("../../bin/sluice.js", import.meta.url));
const TRACED = "trace=write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync";
const hasStrace = spawnSync("strace", ["-V"]).status === 0;

type Step = "intent or answer written" | "ledger synced" | "sent" | "output written" | "output synced";

/** The steps of a traced run, in order, one after another of the same kind told once. */
function stepsOf(trace: string): Step[] {
  const steps: Step[] = [];
  for (const line of trace.split("\n")) {
    const step = stepOf(line);
    if (step !== null && steps.at(-1) !== step) steps.push(step);
  }
  return steps;
}

function stepOf(line: string): Step | null {
  const syncs = /\bf(?:data)?sync\(/.test(line);
  if (/<[^>]*out\.jsonl\.ledger-wal>/.test(line)) return syncs ? "ledger synced" : "intent or answer written";
  if (/<[^>]*out\.jsonl>/.test(line)) return syncs ? "output synced" : "output written";
  return /"POST \//.test(line) ? "sent" : null;
}

/** Answers one row under strace; standard error is the trace. */
async function traced(place: Workplace, ...more: string[]): Promise<Step[]> {
  place.questions("q1");
  const run = [PROGRAM, "run", "in.jsonl", ...place.usual, ...more];
  const trace = ["-f", "-y", "-s", "64", "-e", TRACED, "-o", "trace.txt", process.execPath, ...run];
  await promisify(execFile)("strace", trace, { cwd: place.folder });
  return stepsOf(place.read("trace.txt"));
}

/** On Linux the order is always looked at: there the test fails where strace is missing. */
const withStrace = it.skipIf(!hasStrace && process.platform !== "linux");
if (!hasStrace)
  console.warn("strace is missing: the order of writes is not traced; install it to hold the test");

withStrace(
  "--durability power: the intent is on the disk before the request leaves, the answer before OUTPUT, OUTPUT before its position",
  { timeout: 30_000 },
  async () => {
    await using place = await Workplace.open();
    const steps = await traced(place, "--durability", "power");
    const sent = steps.indexOf("sent");
    const written = steps.indexOf("output written");

    expect(steps.slice(sent - 2, sent)).toEqual(["intent or answer written", "ledger synced"]);
    expect(steps.slice(sent + 1, written)).toEqual(["intent or answer written", "ledger synced"]);
    expect(steps.slice(written + 1, written + 4)).toEqual([
      "output synced",
      "intent or answer written",
      "ledger synced",
    ]);
    expect(place.read("trace.txt")).toMatch(/fsync\(\d+<[^>]*sluice-journey-[^>/]*>\)/);
  },
);

withStrace(
  "without it no commit waits for the disk, and a rerun may choose anew",
  { timeout: 30_000 },
  async () => {
    await using place = await Workplace.open();
    const steps = await traced(place);
    const sent = steps.indexOf("sent");
    expect(steps.slice(0, sent).at(-1)).toBe("intent or answer written");
    expect(steps.slice(sent, steps.indexOf("output written"))).not.toContain("ledger synced");

    place.questions("q1", "q2");
    const again = await place.run("--durability", "power");
    expect(again.code).toBe(0);
    expect(place.provider.prompts()).toEqual(["q2"]);
    expect((await place.run("--durability", "process")).code).toBe(0);
    expect((await place.run("--durability", "disk")).stderr).toContain("process, power");
  },
);
