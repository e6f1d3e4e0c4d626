import type { CommanderError } from "commander";

const INVALID = /^error: option '([^']+)' argument '([\s\S]*)' is invalid\. ([\s\S]*)$/;
const TAKES_NOTHING = /Expected 0 arguments/;
const QUOTED = /'([^']+)'/;
const NEAR = /\(Did you mean (?:one of )?([^?]+)\?\)/;

/** What commander could not make sense of, as one sentence: what was typed, what is wrong, the remedy. */
export function sentenceOf({ code, message }: CommanderError, command: string): string {
  const typed = QUOTED.exec(message)?.[1] ?? "";
  const near = NEAR.exec(message)?.[1];
  const remedy = near === undefined ? `${command} --help lists all` : `did you mean ${near}?`;
  switch (code) {
    case "commander.unknownOption":
      return `${typed} is no option of ${command}; ${remedy}`;
    case "commander.unknownCommand":
      return `${typed} is no command of ${command}; ${remedy}`;
    case "commander.optionMissingArgument":
      return `${longName(typed)} needs a value: ${longForm(typed)}`;
    case "commander.missingArgument":
      return `${command} needs ${typed.toUpperCase()}; ${command} --help shows how`;
    case "commander.excessArguments":
      return TAKES_NOTHING.test(message)
        ? `${command} takes options only; ${command} --help lists all`
        : `${command} takes one file; put a name that holds blanks in quotes`;
    case "commander.invalidArgument": {
      const [, flags = "", value = "", problem = ""] = INVALID.exec(message) ?? [];
      return `${longName(flags)} ${value || "''"}: ${problem}`;
    }
    default:
      return message.replace(/^error: /, "");
  }
}

/** "-o, --output <file>" → "--output <file>" */
function longForm(flags: string): string {
  return flags.replace(/^-\w, /, "");
}

function longName(flags: string): string {
  return longForm(flags).split(" ", 1)[0] ?? flags;
}
