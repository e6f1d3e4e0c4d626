import { Command, Option } from "commander";
import { dollars, duration, finiteNumber, listOf, oneOf, rate, wholeNumber } from "./parse.ts";

/** Everything `sluice run` understands, as commander hands it over. One place for names, values and help. */
export function defineRun(): Command {
  const command = new Command("run")
    .description("Answer every row of INPUT (a .jsonl or .txt file, or - for standard input).")
    .argument("<input>", "a file of prompts, or - for standard input")
    .argument("[stray...]")
    .usage("INPUT -o OUTPUT --model MODEL [options]");
  for (const option of OPTIONS) command.addOption(option);
  return command;
}

const collect = (value: string, previous: string[] | undefined): string[] => [...(previous ?? []), value];

const OPTIONS: readonly Option[] = [
  option("-o, --output <file>", "where the answers go, in input order; - for standard output"),
  option("--ledger <file>", "the run's ledger; default OUTPUT.ledger"),
  option("--no-ledger", "keep no ledger; only with -o -"),
  option(
    "--format <format>",
    "openai (default), text, jsonl-text or rows",
    oneOf(["openai", "text", "jsonl-text", "rows"]),
  ),
  option("--order <order>", "input (default) or completion", oneOf(["input", "completion"])),
  option("--answer-column <name>", "rows format: the name of the answer's column; default response"),
  option("--prefix <text>", "rows format: put before every added column's name"),

  option("-m, --model <model>", "the model to ask; wins over the file"),
  option("--prompt <text>", "a Liquid template over each row's columns, or @file"),
  option("-s, --system <text>", "the system message, a template too, or @file"),
  option("--temperature <number>", "0 to 2", finiteNumber(0, 2)),
  option("--max-tokens <tokens>", "cap on output tokens per answer", wholeNumber(1)),
  option("--reasoning-effort <level>", "none, low, medium, high, xhigh: as the model allows"),
  new Option("--param <name=value>", "any other request field; JSON if it parses; name=@file").argParser(
    collect,
  ),
  option("--id <column>", "the column that identifies a row across runs"),
  option("--endpoint <path>", "rows are bodies of this endpoint, such as /v1/embeddings"),

  option("--provider <name>", "xai (default), openai, compatible or simulator"),
  option("--base-url <url>", "another address; alone it means an OpenAI-compatible server"),
  option("--api-key-env <name>", "the environment variable that holds the key for this address"),
  option("--tier <tier>", "the account's tier, for the published limits; default 0", wholeNumber(0, 4)),

  option("-j, --max-concurrent <count>", "the most requests in flight", wholeNumber(1)),
  hidden("--max-concurrency <count>", wholeNumber(1)),
  option("--rps <number>", "the most requests per second, per model", rate),
  option("--rpm <number>", "the most requests per minute, per model", rate),
  option("--tpm <number>", "the most tokens per minute, per model", rate),
  option("--timeout <duration>", "per attempt; default 1h", duration),
  option("--max-attempts <count>", "attempts per row; default 8", wholeNumber(1)),
  hidden("--max-retries <count>", wholeNumber(0)),
  option("--limit <rows>", "send at most so many rows", wholeNumber(1)),
  option("--budget <dollars>", "stop before the money spent on OUTPUT passes this", dollars),
  option("--drain-timeout <duration>", "after Ctrl-C, wait so long for answers in flight", duration),

  option("-y, --yes", "do not ask before spending"),
  option("--fresh", "begin anew; the old ledger is kept under a dated name"),
  option("--overwrite", "replace an OUTPUT that has no ledger"),
  option(
    "--changed <what>",
    "answered rows that would be asked again: ask-again or keep",
    oneOf(["ask-again", "keep"]),
  ),
  option("--retry-failed", "also send rows the provider rejected"),
  option("--retry-unknown", "also send rows that timed out and may have been billed"),
  option("--skip-invalid", "let bad rows through as unsent"),
  option("--stream-input", "send rows as they arrive instead of reading all first"),
  option(
    "--fail-on <kinds>",
    "exit 1 if answers are cut, empty or filtered: length,empty,content_filter",
    listOf(["length", "empty", "content_filter"]),
  ),
  option("-q, --quiet", "print nothing but errors"),
  option("--json", "print the summary as JSON on standard output"),
];

function option(flags: string, description: string, parse?: (text: string) => unknown): Option {
  const made = new Option(flags, description);
  return parse === undefined ? made : made.argParser(parse);
}

/** An alias, for people who know the option by another name. */
function hidden(flags: string, parse: (text: string) => unknown): Option {
  return option(flags, "", parse).hideHelp();
}
