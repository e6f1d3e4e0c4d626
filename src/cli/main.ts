import { Command, CommanderError } from "commander";
import { packageVersion } from "../app/version.ts";
import { UsageError } from "../model/errors.ts";
import { EXIT } from "./exit-codes.ts";
import { exportCommand } from "./export.ts";
import { recoverCommand } from "./recover.ts";
import { runCommand } from "./run.ts";
import { simulateCommand } from "./simulate.ts";
import { statusCommand } from "./status.ts";
import { tuneCommand } from "./tune.ts";
import { sentenceOf } from "./typed-wrong.ts";

const EXAMPLES = `
Examples:
  sluice run prompts.txt -o answers.jsonl --model grok-4.3
  sluice run prompts.txt -o try.jsonl --model grok-4.3 --provider simulator
  sluice status answers.jsonl`;

/** The command line: arguments in, exit code out. */
export async function main(argv: readonly string[]): Promise<number> {
  surviveClosedStreams();
  process.on("uncaughtException", (error) => process.exit(report(error, "sluice")));
  let exitCode: number = EXIT.answered;
  let failing = "sluice";
  const done = (code: number) => {
    exitCode = code;
  };
  try {
    const root = program(argv, done, (command) => {
      failing = command;
    });
    await root.parseAsync(askedFor(argv, root.commands), { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error, failing);
  }
}

/** `help COMMAND` is the command's own `--help`; of a command that there is none of, Commander would say nothing. */
function askedFor(argv: readonly string[], commands: readonly Command[]): string[] {
  const [first, name] = argv;
  if (first !== "help" || name === undefined) return [...argv];
  return commands.some((command) => command.name() === name) ? [name, "--help"] : [name];
}

function program(
  argv: readonly string[],
  done: (code: number) => void,
  failed: (command: string) => void,
): Command {
  const root = new Command("sluice")
    .usage("COMMAND [options]")
    .description(
      "Answers thousands to millions of language-model requests as fast as an account's limits allow, " +
        "in order, and never pays for the same answer twice.",
    )
    .addHelpText("after", EXAMPLES)
    .addCommand(runCommand(done, argv))
    .addCommand(statusCommand())
    .addCommand(tuneCommand())
    .addCommand(exportCommand())
    .addCommand(recoverCommand())
    .addCommand(simulateCommand());
  for (const command of [root, ...root.commands]) {
    const name = command === root ? "sluice" : `sluice ${command.name()}`;
    command
      .version(packageVersion(), "-V, --version", "print the version")
      .helpOption("-h, --help", "show this help")
      .exitOverride()
      .configureOutput({ outputError: () => failed(name) })
      .configureHelp({
        visibleArguments: ({ registeredArguments }) =>
          registeredArguments.filter(({ description }) => description !== ""),
        subcommandTerm: (subcommand) => `${subcommand.name()} ${subcommand.usage().split(" ", 1)[0]}`,
      });
  }
  return root.helpCommand("help [command]", "show a command's help");
}

function report(error: unknown, command: string): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.answered;
    if (error.code !== "commander.help") process.stderr.write(`${sentenceOf(error, command)}\n`);
    return EXIT.usage;
  }
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `Sluice broke: ${message}. What was answered is in the ledger; the same command goes on.\n`,
  );
  if (process.env.SLUICE_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return EXIT.ownFault;
}

/** Whoever reads the screen or a listing may leave at any time; that is no fault of the run. */
function surviveClosedStreams(): void {
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
}
