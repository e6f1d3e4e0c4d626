import { Command, CommanderError, Option } from "commander";
import { expect, it } from "vitest";
import { dollars, duration, listOf, oneOf, parameters, rate, wholeNumber } from "../../src/cli/parse.ts";
import { defineRun } from "../../src/cli/run-options.ts";
import { sentenceOf } from "../../src/cli/typed-wrong.ts";

/** The sentence for words that a command with these options cannot take. */
function sentence(options: readonly Option[], words: readonly string[]): string {
  const command = new Command("cut").exitOverride().configureOutput({ outputError: () => {} });
  for (const option of options) command.addOption(option);
  try {
    command.parse(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return sentenceOf(error, "sluice cut");
    throw error;
  }
  return "taken";
}

const option = (flags: string, parse: (text: string) => unknown) => new Option(flags).argParser(parse);

const A_RATE =
  "it takes a number above 0, such as 150, 0.5 or 2e6; leave the option out for no limit of yours";

it.each([
  [wholeNumber(1), "0", "it takes a whole number, 1 or more"],
  [wholeNumber(0, 4), "5", "it takes a whole number, from 0 to 4"],
  [rate, "-1", A_RATE],
  [rate, "1e3x", A_RATE],
  [rate, "1e-9", A_RATE],
  [rate, "10k", A_RATE],
  [duration, "1.5", "it takes a duration with a unit, such as 500ms, 30s, 5m or 1h; did you mean 1.5s?"],
  [duration, "soon", "it takes a duration with a unit, such as 500ms, 30s, 5m or 1h"],
  [dollars, "0", "it takes an amount of US dollars above 0, such as 5.00"],
  [oneOf(["a", "b"]), "c", "it takes one of a, b"],
  [listOf(["a", "b"]), "a,c", "it takes one of a, b"],
])("a wrong value is named with what the option takes (%#)", (parse, value, problem) => {
  expect(sentence([option("-x, --example <value>", parse)], ["--example", value])).toBe(
    `--example ${value}: ${problem}`,
  );
});

it.each([
  ["0.5", 0.5],
  ["2e6", 2_000_000],
  ["1.5E3", 1500],
])("a rate may be typed as %s", (text, value) => {
  expect(rate(text)).toBe(value);
});

it("names an unknown option with the one that is near, and an option without its value", () => {
  const options = [option("--prompt <text>", (text) => text)];
  expect(sentence(options, ["--promt", "x"])).toBe(
    "--promt is no option of sluice cut; did you mean --prompt?",
  );
  expect(sentence(options, ["--zzz"])).toBe("--zzz is no option of sluice cut; sluice cut --help lists all");
  expect(sentence(options, ["--prompt"])).toBe("--prompt needs a value: --prompt <text>");
});

it("tells a command that takes no file from one that takes one", () => {
  expect(sentence([], ["extra"])).toBe("sluice cut takes options only; sluice cut --help lists all");
});

it("names a value that is empty, as an unset shell variable leaves it, and one that is another option", () => {
  const empty = "it takes a value, and this one is empty";
  const run = (...words: string[]) => sentence(defineRun().options, words);
  for (const flag of ["--model", "--prompt", "--api-key-env", "--ledger", "--id"]) {
    expect(run(flag, "")).toBe(`${flag} '': ${empty}`);
  }
  expect(run("--rps", "")).toMatch(/^--rps '': it takes a number above 0/);
  expect(run("--model", "--yes")).toBe("--model --yes: that is another option, so a value is missing");
  expect(run("--system", "", "--prefix", "")).toBe("taken");
});

it("reads values as people write them", () => {
  expect([rate("0.5"), duration("1m30s"), dollars("$5"), listOf(["a", "b"])("b, a")]).toEqual([
    0.5,
    90_000,
    50_000_000_000,
    ["b", "a"],
  ]);
  expect(parameters(["a=1", "b=text", 'c={"d":[1]}', "e=x=y", "f="])).toEqual({
    a: 1,
    b: "text",
    c: { d: [1] },
    e: "x=y",
    f: "",
  });
});
