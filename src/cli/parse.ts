import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { parameterValue } from "../app/parameter-value.ts";
import { parseDuration } from "../model/duration.ts";
import { UsageError } from "../model/errors.ts";
import { type Ticks, usdToTicks } from "../model/money.ts";

/** Values of the command line. Each refuses with what it takes; option and value are put before it (`sentenceOf`). */

export function anyText(text: string): string {
  return text;
}

/** An empty value is a shell variable that is not set, more often than not. */
export function filledText(text: string): string {
  if (text === "") throw new InvalidArgumentError("it takes a value, and this one is empty");
  return text;
}

/** A whole number of at least `least`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least || value > most) {
      const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`;
      throw new InvalidArgumentError(`it takes a whole number, ${range}`);
    }
    return value;
  };
}

/** A rate: a number above zero, fractions allowed ("0.5" = one in two seconds), and powers of ten ("2e6"). */
export function rate(text: string): number {
  const value = Number(text);
  if (!/^(\d+\.?\d*|\.\d+)(e\d+)?$/i.test(text) || !(value > 0) || value > 1e12) {
    throw new InvalidArgumentError(
      "it takes a number above 0, such as 150, 0.5 or 2e6; leave the option out for no limit of yours",
    );
  }
  return value;
}

/** Milliseconds of "500ms", "30s", "5m", "1h"; a bare number is refused, since nobody can tell its unit. */
export function duration(text: string): number {
  const value = parseDuration(text);
  if (value !== null && value > 0) return value;
  const hint = /^\d+(\.\d+)?$/.test(text) ? `; did you mean ${text}s?` : "";
  throw new InvalidArgumentError(`it takes a duration with a unit, such as 500ms, 30s, 5m or 1h${hint}`);
}

/** US dollars, "5" or "5.00" or "$5". */
export function dollars(text: string): Ticks {
  const value = Number(text.replace(/^\$/, ""));
  if (!/^\$?(\d+\.?\d*|\.\d+)$/.test(text) || !(value > 0) || value > 900_000) {
    throw new InvalidArgumentError("it takes an amount of US dollars above 0, such as 5.00");
  }
  return usdToTicks(value);
}

export function finiteNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value) || value < least || value > most) {
      throw new InvalidArgumentError(`it takes a number from ${least} to ${most}`);
    }
    return value;
  };
}

export function oneOf<Choice extends string>(choices: readonly Choice[]): (text: string) => Choice {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) throw new InvalidArgumentError(`it takes one of ${choices.join(", ")}`);
    return choice;
  };
}

export function listOf<Choice extends string>(choices: readonly Choice[]): (text: string) => Choice[] {
  return (text) => text.split(",").map((part) => oneOf(choices)(part.trim()));
}

/** `TEXT` as it stands, or the content of a file for `@file`. */
export function textOrFile(option: string, text: string): string {
  return text.startsWith("@") ? fileText(option, text.slice(1)) : text;
}

/** `k=v` pairs: JSON where it parses, else the string itself; `k=@file` takes the file's content the same way. */
export function parameters(pairs: readonly string[]): Record<string, unknown> {
  const entries = pairs.map((pair): [string, unknown] => {
    const equals = pair.indexOf("=");
    if (equals < 1) throw new UsageError(`--param ${pair}: it takes name=value, such as --param seed=7`);
    const name = pair.slice(0, equals);
    const text = pair.slice(equals + 1);
    return [name, parameterValue(text.startsWith("@") ? fileText("--param", text.slice(1)) : text)];
  });
  return Object.fromEntries(entries);
}

function fileText(option: string, path: string): string {
  try {
    // Editors end a file with a newline that nobody means; a shell's $(cat file) drops it too.
    return readFileSync(path, "utf8")
      .replace(/^\uFEFF/, "")
      .replace(/\r?\n$/, "");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    const reason = code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
    throw new UsageError(`${option} @${path}: the file ${reason}; check the path`);
  }
}
