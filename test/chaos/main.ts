/**
 * `npm run test:chaos`: minutes of kills. Ends with 1 when a promise was broken.
 *
 * --rounds N --rows N --seed N        how many kills of what
 * --faults [--write] [--only NAME…]   every fault of the table instead; `--write` puts it into docs/errors.md
 * --truncations [--cuts N]            ledger, WAL and OUTPUT cut at random bytes instead
 * --bad-inputs [--inputs N]           lines, templates and options that are wrong instead
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { formatCount } from "../../src/model/count.ts";
import { checkBadInputs } from "./bad-inputs.ts";
import { brokenIn, LONG_FORM, playFaults, renderFaults } from "./fault-table.ts";
import { playKillRounds } from "./kill-rounds.ts";
import { playTruncations } from "./truncations.ts";

const PAGE = new URL("../../docs/errors.md", import.meta.url);
const BLOCK = /(?<=<!-- faults -->\n)[\s\S]*(?=<!-- \/faults -->)/;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "200" },
    rows: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    truncations: { type: "boolean", default: false },
    cuts: { type: "string", default: "500" },
    "bad-inputs": { type: "boolean", default: false },
    inputs: { type: "string", default: "100000" },
    faults: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    write: { type: "boolean", default: false },
  },
});
const broken = await play();
process.exitCode = broken === 0 ? 0 : 1;

function play(): Promise<number> | number {
  const seed = Number(values.seed);
  if (values.faults) return playFaultTable();
  if (values.truncations) return playTruncations(Number(values.cuts), seed);
  if (values["bad-inputs"]) return playBadInputs(Number(values.inputs), seed);
  return playKillRounds(Number(values.rounds), Number(values.rows), seed);
}

function playBadInputs(inputs: number, seed: number): number {
  checkBadInputs(inputs, seed);
  console.log(`${formatCount(inputs)} bad inputs: each a row, or a sentence`);
  return 0;
}

async function playFaultTable(): Promise<number> {
  const { only, write } = values;
  const results = await playFaults(
    LONG_FORM,
    ({ fault }) => only === undefined || only.includes(fault),
    (result) => console.error([result.fault.fault, ...brokenIn([result])].join("\n  ")),
  );
  const table = renderFaults(LONG_FORM, results, new Date().toISOString().slice(0, 10));
  console.log(table);
  if (write)
    writeFileSync(
      PAGE,
      readFileSync(PAGE, "utf8").replace(BLOCK, () => `${table}\n`),
    );
  return brokenIn(results).length;
}
