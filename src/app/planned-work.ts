import { PlannedFeed, type Render } from "../engine/planned-feed.ts";
import { UsageError } from "../model/errors.ts";
import type { LaneExperience } from "../model/experience.ts";
import type { Source } from "../model/source.ts";
import type { Account } from "../sluice/account.ts";
import { type BudgetBound, boundOf, refuseUnboundedBudget } from "./budget-bound.ts";
import { type PlannedRun, planRun } from "./plan-run.ts";
import { type Preview, previewRun } from "./preview.ts";
import type { PreviewLane } from "./projection.ts";
import { providerText } from "./provider-text.ts";
import { refuseRehearsalMix } from "./rehearsal.ts";
import { refuseColumnCollisions } from "./rows-columns.ts";
import { openPlanner, replacementTexts } from "./run-input.ts";
import type { RunRequest } from "./run-request.ts";
import { standingOf, standingWords } from "./run-standing.ts";
import type { RunParts, RunWork } from "./run-work.ts";

/** The rows of an input that lies still: all of them pass the door before the first is sent. */
export async function planWork(parts: RunParts, source: Source): Promise<RunWork> {
  const { request, hooks, ledger, account } = parts;
  const planner = openPlanner(request, source.kind, account);
  await refuseColumnCollisions(request, source);
  await refuseRehearsalMix(await ledger.info(), account, request);
  const planned = await planRun(request, hooks, { source, planner, ledger });
  const { info, start } = planned;
  refuseUnpricedBudget(request, account, planned);
  const estimates = [...(planned.door?.estimates.values() ?? [])];
  refuseUnboundedBudget(request, estimates);
  const experience = await ledger.experience();
  const { limit = Number.POSITIVE_INFINITY } = request;
  const todo = Math.min(start.todo, limit);
  const budget = boundOf(request, info.totals, { estimates, todo });
  const render: Render = (bytes, row) => planner.again(bytes, row);
  const readInput = source.read.bind(source);
  return {
    preview: previewOf(request, account, planned, { source, experience, todo, budget }),
    experience,
    budget: budget?.terms ?? null,
    info,
    standing: standingOf(info, start, request),
    todo: todo + (start.copies?.waiting ?? 0),
    firstChange: start.firstTodo,
    linesBefore: planned.linesBefore,
    lanes: start.lanes.map(({ lane }) => lane),
    isOpen: () => false,
    answeredBefore: 0,
    readInput,
    feed: () => new PlannedFeed({ ledger, source, render, lanes: start.lanes, limit }),
  };
}

/** A budget can only be kept where somebody tells what an answer costs. */
function refuseUnpricedBudget(request: RunRequest, account: Account, { start }: PlannedRun): void {
  if (request.budget === undefined) return;
  const unpriced = start.lanes.find(({ lane }) => account.provider.price(lane) === null);
  if (unpriced === undefined) return;
  throw new UsageError(
    `--budget cannot be kept, since nobody tells what ${unpriced.lane} costs at ${providerText(account)}; ` +
      "leave --budget out, or use --limit",
  );
}

interface PreviewParts {
  source: Source;
  experience: readonly LaneExperience[];
  todo: number;
  budget: BudgetBound | null;
}

function previewOf(
  request: RunRequest,
  account: Account,
  { start, info, door }: PlannedRun,
  { source, experience, todo, budget }: PreviewParts,
): Preview {
  const rows = info.rows - info.totals.blank;
  const sent = start.todo === 0 ? 0 : todo / start.todo;
  const lanes = start.lanes.map(({ lane: model, rows: open }): PreviewLane => {
    const estimate = door?.estimates.get(model);
    // Without a door the input's own size stands in for the bodies'.
    const { bodyBytes, maxOutputTokens, uncapped } = estimate ?? {
      bodyBytes: (source.bytes * open) / rows,
      maxOutputTokens: (request.maxTokens ?? 0) * open,
      uncapped: request.maxTokens === undefined ? open : 0,
    };
    const share = sent * (estimate === undefined ? 1 : open / estimate.rows);
    return {
      model,
      rows: Math.round(open * sent),
      bodyBytes: bodyBytes * share,
      cappedTokens: maxOutputTokens * share,
      uncapped: uncapped * share,
      price: account.provider.price(model),
      experience: experience.find(({ lane }) => lane === model) ?? null,
      limits: account.limitsOf(model),
      published: account.provider.publishedLimits(model, account.tier),
      tier: account.provider.highestTier === null ? null : account.tier,
    };
  });
  return previewRun({
    rows,
    todo,
    copies: start.copies ?? { waiting: 0, settled: 0 },
    standings: standingWords(info.totals),
    lanes,
    provider: providerText(account),
    simulated: account.provider.simulated,
    maxConcurrent: request.maxConcurrent ?? null,
    replaced: door === null ? [] : replacementTexts(request, door.replacements),
    budget,
  });
}
