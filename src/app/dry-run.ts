import { createLaneRegistry } from "../limiter/index.ts";
import { UsageError } from "../model/errors.ts";
import { openAccount } from "../sluice/account.ts";
import { chooseTarget } from "./choose-target.ts";
import { openDryLedger } from "./dry-ledger.ts";
import { planWork } from "./planned-work.ts";
import type { PreviewFacts } from "./preview.ts";
import { type Bottleneck, slowestOf } from "./preview-limits.ts";
import { type PreviewLane, type Projection, projectLane, type Range, sumOf } from "./projection.ts";
import { checkFiles } from "./run-files.ts";
import { openSource } from "./run-input.ts";
import { refuseOutputOptions } from "./run-output.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";
import type { Surroundings } from "./run-work.ts";

/** What a run would do. */
export interface DryRun {
  facts: PreviewFacts;
  lanes: readonly { lane: PreviewLane; projection: Projection }[];
  inputTokens: Range | null;
  outputTokens: Range | null;
  /** Ticks; null = unknown. */
  money: Range | null;
  /** What the run is slowest at; null = nothing is known to bound it. */
  bottleneck: Bottleneck | null;
  /** Rows that the budget is enough for; null without one, or where the money is unknown. */
  budgetLasts: Range | null;
}

/**
 * Takes the rows through the door and reckons, on a copy of the ledger: nothing is sent, and no file of the run is
 * written or changed. What the run itself would refuse is refused in the same words.
 */
export async function dryRun(
  request: RunRequest,
  hooks: RunHooks,
  surroundings: Surroundings,
): Promise<DryRun> {
  if (request.streamInput) {
    throw new UsageError("--dry-run reads the whole input, which --stream-input does not; leave one out");
  }
  refuseOutputOptions(request);
  await checkFiles(request);
  await using closing = new AsyncDisposableStack();
  const source = await openSource(request);
  closing.defer(() => source.close());
  const { chosen } = await chooseTarget(request, hooks, surroundings.env);
  const lanes = createLaneRegistry({ random: surroundings.random });
  const account = openAccount({ chosen, limits: request, lanes, clock: surroundings.clock });
  closing.defer(() => account.close());
  const ledger = await openDryLedger(request, closing);
  // A change that costs money is told, not asked about.
  const asking = { ...hooks, confirm: null };
  const { preview } = await planWork({ request, hooks: asking, surroundings, account, ledger }, source);
  if (preview.facts === null) throw new Error("a plan that lies still has its facts");
  return reckon(preview.facts);
}

export function reckon(facts: PreviewFacts): DryRun {
  const { budget, maxConcurrent, todo } = facts;
  const lanes = facts.lanes.map((lane) => ({ lane, projection: projectLane(lane, maxConcurrent) }));
  const projections = lanes.map(({ projection }) => projection);
  const money = sumOf(projections.map((projection) => projection.money));
  return {
    facts,
    lanes,
    inputTokens: sumOf(projections.map(({ inputTokens }) => inputTokens)),
    outputTokens: sumOf(projections.map(({ outputTokens }) => outputTokens)),
    money,
    bottleneck: slowestOf(projections.map((projection) => projection.bottleneck)),
    budgetLasts: budget === null ? null : lasts(budget.terms.limit - budget.terms.spent, money, todo),
  };
}

function lasts(left: number, money: Range | null, todo: number): Range | null {
  if (money === null) return null;
  const rows = (sum: number) => (sum <= left ? todo : Math.max(0, Math.floor((left / sum) * todo)));
  return { low: rows(money.high), high: rows(money.low) };
}
