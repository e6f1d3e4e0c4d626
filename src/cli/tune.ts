import { Command, Option } from "commander";
import { type TuneOptions, tuneRun } from "../app/tune.ts";
import { UsageError } from "../model/errors.ts";
import { rate, wholeNumber } from "./parse.ts";
import { laneLines, renderLine } from "./screen/index.ts";

/** The word that takes a limit back. */
const DEFAULT = "default";

type Wish = number | typeof DEFAULT;

interface TuneFlags {
  maxConcurrent?: Wish;
  maxConcurrency?: Wish;
  rps?: Wish;
  rpm?: Wish;
  tpm?: Wish;
  pause?: boolean;
  resume?: boolean;
}

/** `sluice tune OUTPUT`: other limits for a run that is going. */
export function tuneCommand(): Command {
  return new Command("tune")
    .summary("change the limits of a run that is going, or pause it")
    .description(
      "Changes the limits of a run that is going, or pauses it; the ledger remembers none of it. " +
        `The word ${DEFAULT} in place of a number takes a limit back.`,
    )
    .argument("<output>", "OUTPUT or its ledger")
    .usage("OUTPUT [options]")
    .option("-j, --max-concurrent <count>", "most requests in flight", orDefault(wholeNumber(1)))
    .addOption(new Option("--max-concurrency <count>").argParser(orDefault(wholeNumber(1))).hideHelp())
    .option("--rps <number>", "requests per second, per model", orDefault(rate))
    .option("--rpm <number>", "requests per minute, per model", orDefault(rate))
    .option("--tpm <number>", "tokens per minute, per model", orDefault(rate))
    .option("--pause", "send nothing more until --resume; what is in flight is answered")
    .option("--resume", "go on")
    .action(async (path: string, flags: TuneFlags) => {
      const snapshot = await tuneRun(path, tuningOf(flags));
      process.stdout.write(`${[renderLine(snapshot), ...laneLines(snapshot)].join("\n")}\n`);
    });
}

function tuningOf({ pause, resume, maxConcurrency, ...limits }: TuneFlags): TuneOptions {
  if (pause && resume) throw new UsageError("--pause and --resume exclude each other; leave one of them out");
  const { maxConcurrent = maxConcurrency, rps, rpm, tpm } = limits;
  const tuning: TuneOptions = {
    maxConcurrent: limitOf(maxConcurrent),
    rps: limitOf(rps),
    rpm: limitOf(rpm),
    tpm: limitOf(tpm),
    paused: pause ? true : resume ? false : undefined,
  };
  if (Object.values(tuning).every((value) => value === undefined)) {
    throw new UsageError(
      "Nothing to change was given; say a limit, such as --rps 80, or --pause or --resume",
    );
  }
  return tuning;
}

function limitOf(wish: Wish | undefined): number | null | undefined {
  return wish === DEFAULT ? null : wish;
}

function orDefault(parse: (text: string) => number): (text: string) => Wish {
  return (text) => (text === DEFAULT ? text : parse(text));
}
