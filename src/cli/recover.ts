import { Command } from "commander";
import { unknownSentence } from "../app/plan-run.ts";
import { type RecoverReport, recoverLedger } from "../app/recover.ts";
import { systemClock } from "../model/clock.ts";
import { formatUsd } from "../model/money.ts";
import { count, counted, plainText } from "./screen/index.ts";

/** `sluice recover OUTPUT`: what a damaged ledger and OUTPUT still hold, in a new ledger. */
export function recoverCommand(): Command {
  return new Command("recover")
    .summary("make a sound ledger of a damaged one")
    .description(
      "Makes a sound ledger of what a damaged one and OUTPUT still hold; the damaged one is kept. Sends nothing.",
    )
    .argument("<output>", "OUTPUT or its ledger")
    .usage("OUTPUT [options]")
    .option("--ledger <file>", "the damaged ledger (default: OUTPUT.ledger)")
    .option("--input <file>", "the run's input as it was, for answers that only OUTPUT holds")
    .option("--no-input", "do without such answers")
    .action(async (from: string, { ledger, input }: { ledger?: string; input?: string | false }) => {
      const note = (message: string) => void process.stderr.write(`${plainText(message)}\n`);
      const report = await recoverLedger(
        { from, ledger, input, date: new Date(systemClock.wall()) },
        { note },
      );
      process.stdout.write(renderRecovered(report));
    });
}

export function renderRecovered(report: RecoverReport): string {
  const { fromLedger, fromOutput, output, info } = report;
  const fromWhere = output === null ? "" : `, ${count(fromOutput)} from ${output}`;
  const lines = [
    `saved: ${counted(fromLedger, "answer")} from the ledger${fromWhere}`,
    ...lostLines(report),
    ...(info.unknown.rows > report.lost.rows ? [unknownSentence(info.unknown)] : []),
    "The same command as before goes on, and sends what was not saved.",
  ];
  return `${lines.map(plainText).join("\n")}\n`;
}

function lostLines({
  lost,
  lostCommits,
  isCounted,
  unplaced,
  output,
  outputDiffers,
}: RecoverReport): string[] {
  const again =
    lost.cost > 0 ? `; they cost ${formatUsd(lost.cost)} and are sent again` : "; they are sent again";
  const unpriced = lost.unpriced > 0 ? ", some at an unknown price" : "";
  return [
    `lost: ${counted(lost.rows, "answered row")}${lost.rows > 0 ? again + unpriced : ""}`,
    ...(lostCommits > 0
      ? [
          `The ledger lacks at least ${counted(lostCommits, "commit")}: more may have been answered and billed.`,
        ]
      : isCounted
        ? []
        : [
            "How many rows more were answered cannot be told: they are sent again, and may have been billed.",
          ]),
    ...(unplaced > 0
      ? [`left out: ${counted(unplaced, "answer")} of ${output} whose row nobody can tell`]
      : []),
    ...(outputDiffers ? [`${output} is not what this ledger wrote: nothing was taken from it.`] : []),
  ];
}
