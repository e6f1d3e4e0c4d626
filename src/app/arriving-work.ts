import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { type Arrival, ArrivingFeed } from "../engine/arriving-feed.ts";
import { UsageError } from "../model/errors.ts";
import type { Source, SourceKind, SourceLine } from "../model/source.ts";
import type { Planner } from "../plan/index.ts";
import { openFileSource, streamLines } from "../source/index.ts";
import { type BudgetBound, boundOfArrivals } from "./budget-bound.ts";
import { refuseSettingsChange } from "./changed-plan.ts";
import { sayUnknown } from "./plan-run.ts";
import { previewArriving } from "./preview.ts";
import { limitTexts } from "./preview-limits.ts";
import { providerText } from "./provider-text.ts";
import { refuseRehearsalMix } from "./rehearsal.ts";
import { refuseColumnCollisions } from "./rows-columns.ts";
import { openPlanner } from "./run-input.ts";
import { standingOf } from "./run-standing.ts";
import type { RunParts, RunWork } from "./run-work.ts";

/** Lines as they come, and what can be done with them besides. */
export interface ArrivingInput {
  name: string;
  kind: SourceKind;
  lines: AsyncIterable<readonly SourceLine[]>;
  /** A file, which can be read again; null for what comes through a pipe. */
  source: Source | null;
  close(): Promise<void>;
}

/** `--stream-input`: standard input and named pipes as they are written, a file from its beginning. */
export async function openArrivingInput(input: string): Promise<ArrivingInput> {
  if (input === "-") {
    const close = async () => void process.stdin.destroy();
    return {
      name: "stdin",
      kind: "jsonl",
      lines: streamLines(process.stdin, "stdin"),
      source: null,
      close,
    };
  }
  const kind = input.toLowerCase().endsWith(".txt") ? "text" : "jsonl";
  if ((await stat(input).catch(() => null))?.isFIFO()) {
    const stream = createReadStream(input);
    const close = async () => void stream.destroy();
    return { name: input, kind, lines: streamLines(stream, input), source: null, close };
  }
  const source = await openFileSource(input);
  return {
    name: input,
    kind: source.kind,
    lines: source.lines(),
    source,
    close: () => source.close(),
  };
}

/** Rows that are sent as they arrive: what the ledger knows of them from before is found by identity. */
export async function arrivingWork(parts: RunParts, input: ArrivingInput): Promise<RunWork> {
  const { request, hooks, ledger, account } = parts;
  const planner = openPlanner(request, input.kind, account);
  if (input.source !== null) await refuseColumnCollisions(request, input.source);
  const before = await ledger.info();
  await refuseRehearsalMix(before, account, request);
  if (request.budget !== undefined && (request.model === undefined || !isPriced(parts, request.model))) {
    throw new UsageError("--budget with --stream-input needs --model and a known price; use --limit instead");
  }
  const settings = {
    // No fingerprint: whoever reads the whole input next time looks at every row.
    sourceFingerprint: "",
    sourceName: input.name,
    requestSettings: planner.settings(),
  };
  await refuseSettingsChange(request, hooks, before, settings);
  sayUnknown(hooks, before);
  await ledger.unstage();
  await ledger.compare();
  await ledger.adopt(settings, "ask-again");
  const { dedupe, retryFailed, retryUnknown } = request;
  const start = await ledger.begin({ dedupe, retryFailed, retryUnknown });
  const info = await ledger.info();
  const budget = boundOfArrivals(request, info.totals);
  let isOpen = true;
  const onEnd = () => {
    isOpen = false;
  };
  return {
    preview: previewOf(parts, budget),
    experience: await ledger.experience(),
    budget: budget?.terms ?? null,
    info,
    standing: standingOf(info, start, request),
    todo: 0,
    firstChange: 0,
    linesBefore: before.output?.nextIndex ?? 0,
    lanes: [],
    isOpen: () => isOpen,
    // Who says --changed has agreed to what leaves.
    answeredBefore: request.changed === undefined ? (info.totals.left ?? 0) : 0,
    readInput: input.source?.read.bind(input.source) ?? null,
    feed: (tells) => {
      let rows = 0;
      let settled = 0;
      const grown = () => tells.event({ type: "grown", rows, settled });
      return new ArrivingFeed({
        ledger,
        arrivals: arrivals(input.lines, planner, onEnd),
        limit: request.limit ?? Number.POSITIVE_INFINITY,
        onSettled: (index, isBlank) => {
          settled += 1;
          grown();
          tells.settled(index, isBlank);
        },
        onGrown: (count) => {
          rows = count;
          grown();
        },
        onFailed: tells.failed,
      });
    },
  };
}

async function* arrivals(
  lines: AsyncIterable<readonly SourceLine[]>,
  planner: Planner,
  onEnd: () => void,
): AsyncGenerator<readonly Arrival[]> {
  for await (const batch of lines) yield batch.map((line) => planner.arrive(line));
  onEnd();
}

function isPriced({ account }: RunParts, model: string): boolean {
  return account.provider.price(model) !== null;
}

function previewOf({ request, account }: RunParts, budget: BudgetBound | null) {
  const { model = null } = request;
  const { provider, tier } = account;
  const limits =
    model === null
      ? ["limits of each row's model"]
      : limitTexts([
          {
            model,
            limits: account.limitsOf(model),
            published: provider.publishedLimits(model, tier),
            tier: provider.highestTier === null ? null : tier,
          },
        ]);
  return previewArriving({
    provider: providerText(account),
    maxConcurrent: request.maxConcurrent ?? null,
    model,
    limits,
    budget,
  });
}
