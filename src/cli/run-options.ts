import { Command, InvalidArgumentError, Option } from "commander";
import { BUDGET_MODES, DEFAULT_BUDGET_MODE } from "../model/budget.ts";
import {
  DEFAULT_DURABILITY,
  DEFAULT_MAX_ATTEMPTS,
  DEFAULT_SILENCE_MS,
  DEFAULT_STREAM_SILENCE_MS,
  DEFAULT_TIMEOUT_MS,
} from "../model/defaults.ts";
import { DURABILITIES } from "../model/durability.ts";
import { formatDuration } from "../model/duration.ts";
import {
  anyText,
  dollars,
  duration,
  filledText,
  finiteNumber,
  listOf,
  oneOf,
  rate,
  wholeNumber,
} from "./parse.ts";
import { DRAIN_AFTER_SIGTERM_MS } from "./signals.ts";

const EXAMPLES = `
Examples:
  sluice run prompts.txt -o answers.jsonl -m grok-4.3
  sluice run rows.jsonl -o answers.jsonl -m grok-4.3 --prompt '{{ question }}'
  sluice run rows.jsonl -o try.jsonl -m grok-4.3 --prompt @ask.txt --limit 10

The same command again sends only what has no answer yet.`;

/** Everything `sluice run` understands, as commander hands it over. One place for names, values and help. */
export function defineRun(): Command {
  const command = new Command("run")
    .summary("answer every row of a file")
    .description("Answers every row of INPUT, in order, and never pays for the same answer twice.")
    .argument("<input>", "a .jsonl or .txt file, or - for standard input")
    .argument("[stray...]")
    .usage("INPUT -o OUTPUT --model MODEL [options]")
    .addHelpText("after", EXAMPLES);
  for (const [group, options] of GROUPS) {
    for (const option of options) command.addOption(option.helpGroup(group));
  }
  return command;
}

const collect = (value: string, previous: string[] | undefined): string[] => [...(previous ?? []), value];

const GROUPS: readonly [string, readonly Option[]][] = [
  [
    "Files:",
    [
      option("-o, --output <file>", "where the answers go; - for standard output"),
      option("--ledger <file>", "what was asked and paid (default: OUTPUT.ledger)"),
      option("--no-ledger", "keep no ledger; only with -o -"),
      option(
        "--durability <what>",
        `what a stored answer survives: a killed process, or power loss too (default: ${DEFAULT_DURABILITY})`,
        oneOf(DURABILITIES),
      ),
      option(
        "--format <format>",
        "openai, text, jsonl-text or rows (default: openai; text for .txt)",
        oneOf(["openai", "text", "jsonl-text", "rows"]),
      ),
      option("--order <order>", "input or completion (default: input)", oneOf(["input", "completion"])),
      option("--answer-column <name>", "rows format: the answer's column (default: response)"),
      option(
        "--prefix <text>",
        "rows format: put before the names of added columns (default: none)",
        anyText,
      ),
    ],
  ],
  [
    "What is asked (wins over the file):",
    [
      option("-m, --model <model>", "the model (default: each row's own)"),
      option("--prompt <text>", "a Liquid template over a row's columns, or @file (default: the row itself)"),
      option("-s, --system <text>", "the system message, a template too, or @file (default: none)", anyText),
      option("--temperature <number>", "0 to 2 (default: the provider's)", finiteNumber(0, 2)),
      option(
        "--max-tokens <tokens>",
        "most output tokens per answer (default: the provider's)",
        wholeNumber(1),
      ),
      option("--reasoning-effort <level>", "as the model allows: none, low, medium, high, xhigh"),
      option(
        "--param <name=value>",
        "any other field; JSON if it parses, name=@file; may be repeated",
        collect,
      ),
      option("--id <column>", "the column that names a row across runs (default: custom_id)"),
      option("--endpoint <path>", "rows are bodies of this endpoint, such as /v1/embeddings"),
    ],
  ],
  [
    "Who is asked:",
    [
      option(
        "--provider <name>",
        "xai, openai, compatible or simulator (default: xai; compatible with --base-url)",
      ),
      option("--base-url <url>", "another address (default: the provider's)"),
      option("--api-key-env <name>", "the variable that holds the key (default: the provider's)"),
      option("--insecure", "allow an http:// address on another machine"),
      option("--tier <tier>", "the account's tier, for published limits (default: 0)", wholeNumber(0, 4)),
    ],
  ],
  [
    "How fast:",
    [
      option(
        "-j, --max-concurrent <count>",
        "most requests in flight (default: from rate and latency)",
        wholeNumber(1),
      ),
      hidden("--max-concurrency <count>", wholeNumber(1)),
      option("--rps <number>", "requests per second, per model (default: as published)", rate),
      option("--rpm <number>", "requests per minute, per model (default: as published)", rate),
      option("--tpm <number>", "tokens per minute, per model (default: as published)", rate),
      option(
        "--timeout <duration>",
        `per attempt: 500ms, 30s, 5m, 1h (default: ${formatDuration(DEFAULT_TIMEOUT_MS)}; none with --stream)`,
        duration,
      ),
      option(
        "--silence-timeout <duration>",
        `most time without a byte (default: none before an answer, ${formatDuration(DEFAULT_SILENCE_MS)} within; ${formatDuration(DEFAULT_STREAM_SILENCE_MS)} with --stream)`,
        duration,
      ),
      option("--stream", "stream answers inside: silence is the limit, not duration; costs CPU"),
      option("--hedge", "send a second copy of what takes longer than 99 of 100 did; both may be paid"),
      option("--max-attempts <count>", `per row (default: ${DEFAULT_MAX_ATTEMPTS})`, wholeNumber(1)),
      hidden("--max-retries <count>", wholeNumber(0)),
    ],
  ],
  [
    "How much:",
    [
      option("--limit <rows>", "send at most so many rows (default: all)", wholeNumber(1)),
      option("--budget <dollars>", "stop before OUTPUT costs more (default: none)", dollars),
      option(
        "--budget-mode <mode>",
        `learned or strict: always by the most an answer can cost (default: ${DEFAULT_BUDGET_MODE})`,
        oneOf(BUDGET_MODES),
      ),
      option("--dry-run", "tell rows, tokens, money and time; send nothing and change no file"),
      option("--cache <folder>", "use answers kept there again, and keep new ones (default: none)"),
      option("--dedupe", "ask rows with the same request once, and answer all of them"),
      option("-y, --yes", "do not ask before an expensive run"),
      option(
        "--drain-timeout <duration>",
        `after a signal, wait so long for answers (default: none; SIGTERM ${formatDuration(DRAIN_AFTER_SIGTERM_MS)})`,
        duration,
      ),
      option("--stream-input", "send rows as they arrive instead of reading all first"),
      option("--skip-invalid", "let bad rows through as unsent (default: refuse the file)"),
      option(
        "--fail-on <kinds>",
        "exit 1 also for answers of these kinds: length,empty,content_filter",
        listOf(["length", "empty", "content_filter"]),
      ),
    ],
  ],
  [
    "Running again:",
    [
      option("--retry-failed", "also send rows the provider rejected"),
      option("--retry-unknown", "also send rows that timed out; they may be paid twice"),
      option(
        "--changed <what>",
        "answered rows whose request changed: ask-again or keep (default: ask you)",
        oneOf(["ask-again", "keep"]),
      ),
      option("--fresh", "begin anew; the old ledger and OUTPUT are kept under dated names"),
      option("--overwrite", "replace an OUTPUT that has no ledger"),
    ],
  ],
  [
    "What is shown:",
    [
      option("-q, --quiet", "nothing but errors"),
      option("--json", "the summary as one JSON object on standard output"),
    ],
  ],
];

/** Every spelling of every option: none of them can be another one's value. */
const FLAGS: ReadonlySet<string> = new Set(
  GROUPS.flatMap(([, options]) => options).flatMap(({ short, long }) =>
    [short, long].filter((flag) => flag !== undefined),
  ),
);

type Parse = (text: string, previous: string[] | undefined) => unknown;

function option(flags: string, description: string, parse: Parse = filledText): Option {
  const made = new Option(flags, description);
  if (!made.required) return made;
  return made.argParser<unknown>((text, previous) => {
    if (FLAGS.has(text)) throw new InvalidArgumentError("that is another option, so a value is missing");
    return parse(text, Array.isArray(previous) ? previous : undefined);
  });
}

/** An alias, for people who know the option by another name. */
function hidden(flags: string, parse: Parse): Option {
  return option(flags, "", parse).hideHelp();
}
