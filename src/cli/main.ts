import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { UsageError } from "../model/errors.ts";
import { EXIT } from "./exit-codes.ts";
import { exportCommand } from "./export.ts";
import { runCommand } from "./run.ts";
import { simulateCommand } from "./simulate.ts";
import { statusCommand } from "./status.ts";

/** The command line: arguments in, exit code out. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.answered;
  const done = (code: number) => {
    exitCode = code;
  };
  try {
    await program(done).parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error);
  }
}

function program(done: (code: number) => void): Command {
  const root = new Command("sluice")
    .description(
      "Answers thousands to millions of language-model requests as fast as an account's limits allow,\n" +
        "in order, and never pays for the same answer twice.",
    )
    .version(version(), "-V, --version")
    .addCommand(runCommand(done))
    .addCommand(statusCommand())
    .addCommand(exportCommand())
    .addCommand(simulateCommand());
  for (const command of [root, ...root.commands]) {
    command.exitOverride().configureOutput({ writeErr: (text) => void process.stderr.write(text) });
    command.showSuggestionAfterError(true);
  }
  return root;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.answered : EXIT.usage;
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `Sluice broke: ${message}. What was answered is in the ledger; the same command goes on.\n`,
  );
  if (process.env["SLUICE_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return EXIT.ownFault;
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const manifest: unknown = JSON.parse(text);
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "";
}
