import { FAULT_CASES, type FaultCase } from "./fault-cases.ts";
import { type FaultReport, playFault } from "./fault-trial.ts";
import { seededRandom } from "./seeded-random.ts";

/** How long and how much; see `main.ts` for the long form and `fault-table.test.ts` for the short one. */
export interface FaultForm {
  /** How long each fault is about. Milliseconds. */
  windowMs: number;
  rows: number;
  /** Trials at once: they wait more than they work. */
  atOnce: number;
  delay: "long" | "short";
}

export const LONG_FORM: FaultForm = { windowMs: 30_000, rows: 200, atOnce: 6, delay: "long" };

/** A fault at 5 % of the requests and at all of them. */
export interface FaultResult {
  fault: FaultCase;
  some: FaultReport;
  all: FaultReport;
}

const SOME = 0.05;

export async function playFaults(
  { windowMs, rows, atOnce, delay }: FaultForm,
  isWanted: (fault: FaultCase) => boolean,
  done: (result: FaultResult) => void = () => {},
): Promise<FaultResult[]> {
  const wanted = FAULT_CASES.filter(isWanted);
  const results = new Map<FaultCase, FaultResult>();
  const queue = [...wanted];
  const work = async () => {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
      const trial = { fault, windowMs, rows, delay: fault.delay?.[delay] ?? null, random: seededRandom(1) };
      const result = {
        fault,
        some: await playFault({ ...trial, share: SOME }),
        all: await playFault({ ...trial, share: 1 }),
      };
      results.set(fault, result);
      done(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return wanted.flatMap((fault) => results.get(fault) ?? []);
}

/** The promises that were not kept, each with its fault. */
export function brokenIn(results: readonly FaultResult[]): string[] {
  return results.flatMap(({ fault, some, all }) => [
    ...some.broken.map((promise) => `${fault.fault} at 5 %: ${promise}`),
    ...all.broken.map((promise) => `${fault.fault} at 100 %: ${promise}`),
  ]);
}

/** The table of docs/errors.md. */
export function renderFaults(
  { rows, windowMs }: FaultForm,
  results: readonly FaultResult[],
  date: string,
): string {
  return [
    `The faults of \`npm run test:chaos\`, ${date}: ${rows} rows, 64 at once, each fault for ${windowMs / 1000} s ` +
      `at 5 % of the requests and at all of them. *36, ${rows}* answered: by the first command and by the one after it.`,
    "",
    "| fault | 5 %: sent | billed | answered | exit | seconds | 100 %: sent | billed | answered | exit | seconds |",
    `| --- |${" ---: |".repeat(10)}`,
    ...results.map(
      ({ fault, some, all }) => `| \`${fault.fault}\` | ${[...cells(some), ...cells(all)].join(" | ")} |`,
    ),
  ].join("\n");
}

function cells({ sent, billed, answeredAtOnce, answered, code, seconds }: FaultReport): string[] {
  const rows = answeredAtOnce === answered ? `${answered}` : `${answeredAtOnce}, ${answered}`;
  return [`${sent}`, `${billed}`, rows, `${code ?? "hung"}`, `${Math.round(seconds)}`];
}
