import { Command } from "commander";
import { exportLedger } from "../app/export.ts";
import { systemClock } from "../model/clock.ts";
import { UsageError } from "../model/errors.ts";
import { count, counted } from "./screen/index.ts";
import { quoted } from "./shell-word.ts";

interface ExportFlags {
  output?: string;
  format?: string;
  input?: string;
  answerColumn?: string;
  prefix?: string;
  overwrite?: boolean;
}

/** `sluice export OUTPUT -o FILE`: what was paid for, in another format, free. */
export function exportCommand(): Command {
  return new Command("export")
    .summary("write a run's answers again, in another format")
    .description("Writes a run's answers again in another format, from its ledger; free.")
    .argument("<output>", "OUTPUT or its ledger")
    .usage("OUTPUT -o FILE [options]")
    .option("-o, --output <file>", "where to; - for standard output")
    .option("--format <format>", "openai, text, jsonl-text or rows (default: openai; text for .txt)")
    .option("--input <file>", "the run's input, for --format rows")
    .option("--answer-column <name>", "rows format: the answer's column (default: response)")
    .option("--prefix <text>", "rows format: put before the names of added columns (default: none)")
    .option("--overwrite", "replace a file that exists")
    .action(async (from: string, flags: ExportFlags) => {
      if (flags.output === undefined) {
        throw new UsageError(
          `-o is missing, so the answers have nowhere to go; try: sluice export ${quoted(from)} -o ${quoted(`${from.replace(/\.[^./]+$/, "")}.txt`)}`,
        );
      }
      const say = (message: string | null) => {
        if (message !== null) process.stderr.write(`${message}\n`);
      };
      const { format, input, answerColumn, prefix, overwrite = false, output: to } = flags;
      const { rows, unanswered } = await exportLedger({
        from,
        to,
        format,
        input,
        answerColumn,
        prefix,
        overwrite,
        clock: systemClock,
        onTrouble: say,
      });
      const open = unanswered === 0 ? "" : `, ${count(unanswered)} of them without an answer`;
      say(`${counted(rows, "row")} written${open}`);
    });
}
