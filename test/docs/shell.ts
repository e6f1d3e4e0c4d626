import type { Command } from "commander";
import { exportCommand } from "../../src/cli/export.ts";
import { recoverCommand } from "../../src/cli/recover.ts";
import { defineRun } from "../../src/cli/run-options.ts";
import { simulateCommand } from "../../src/cli/simulate.ts";
import { statusCommand } from "../../src/cli/status.ts";
import { tuneCommand } from "../../src/cli/tune.ts";

/** The real definitions of all commands, which only read their arguments and then do nothing. */
export function commands(): Map<string, Command> {
  const asking = [statusCommand(), tuneCommand(), exportCommand(), recoverCommand()];
  const all = [defineRun(), ...asking, simulateCommand()];
  for (const command of all) {
    command
      .exitOverride()
      .configureOutput({ writeErr: () => {}, writeOut: () => {} })
      .action(() => {});
  }
  return new Map(all.map((command) => [command.name(), command]));
}

/** The commands of a shell example as words; what a pipe joins is told apart. */
export function commandsOf(script: string): string[][] {
  return script
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .flatMap((line) => line.split(/ (?:\||&&) /))
    .map(wordsOf)
    .filter((words) => words.length > 0);
}

function wordsOf(command: string): string[] {
  const words = command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"]+)+/g);
  return [...words].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}
