import type { DuplicateId } from "../model/duplicate-id.ts";
import type { PlanComparison, PlanRow } from "../model/plan.ts";
import { labelOfLine } from "../model/request.ts";
import { DUPLICATES_SHOWN } from "./duplicate-ids.ts";
import type { MemoryRow } from "./memory-row.ts";
import { ROW } from "./row-states.ts";

/** A staged row that was recognised. */
export interface MemoryLink {
  old: MemoryRow;
  /** The request is the same, too: not only its id or its line. */
  sameRequest: boolean;
}

/** What the staged rows were met as before, by their place in the plan. */
export type MemoryLinks = ReadonlyMap<number, MemoryLink>;

/**
 * Recognises staged rows by the rules of `match-plans.ts`: first by identity and request, then by those a kept answer
 * was given to, then by given id, then by line. Equal rows are paired by rank, the answered ones first.
 */
export function matchInMemory(
  staged: readonly PlanRow[],
  plan: readonly MemoryRow[],
  retired: readonly MemoryRow[],
): Map<number, MemoryLink> {
  const links = new Map<number, MemoryLink>();
  const claimed = new Set<MemoryRow>();
  const pair = (
    former: readonly MemoryRow[],
    keyOf: (row: PlanRow) => string | null,
    sameRequest: boolean,
    formerKeyOf = ({ plan: row }: MemoryRow) => keyOf(row),
  ) => {
    const waiting = groupByKey(former, claimed, formerKeyOf);
    staged.forEach((row, index) => {
      const key = row.kind === "request" && !links.has(index) ? keyOf(row) : null;
      const old = key === null ? undefined : waiting.get(key)?.shift();
      if (old === undefined) return;
      links.set(index, { old, sameRequest });
      claimed.add(old);
    });
  };
  const known = plan.filter(({ state }) => state < ROW.invalid);
  pair([...known, ...retired], identityOf, true);
  pair([...known, ...retired], identityOf, true, identityAsked);
  pair(known, (row) => `${text(row.sourceHash)} ${text(row.requestHash)}`, true);
  pair(known, (row) => (row.keyGiven ? text(row.key) : null), false);
  pair(known, (row) => text(row.sourceHash), false);
  return links;
}

export function identityOf(row: PlanRow): string {
  return `${text(row.key)} ${text(row.requestHash)}`;
}

/** The identity and the request that a kept answer was given to; null where they are the row's own. */
export function identityAsked({ plan, asked }: MemoryRow): string | null {
  return asked === null
    ? null
    : identityOf({ ...plan, key: plan.keyGiven ? plan.key : asked, requestHash: asked });
}

/** What adopting the staged rows would change. */
export function compareInMemory(
  staged: readonly PlanRow[],
  plan: readonly MemoryRow[],
  links: MemoryLinks,
): PlanComparison {
  const ofKind = (kind: PlanRow["kind"]) => staged.filter((row) => row.kind === kind).length;
  const met = new Set([...links.values()].map(({ old }) => old));
  const answered = plan.filter(({ state }) => state === ROW.answered);
  const again = [...links.values()].filter(
    ({ old, sameRequest }) => !sameRequest && old.state === ROW.answered,
  );
  return {
    rows: staged.length - ofKind("blank"),
    blank: ofKind("blank"),
    invalid: ofKind("invalid"),
    duplicates: duplicatesIn(staged),
    inCommon: links.size,
    previousRows: plan.filter(({ state }) => state !== ROW.blank).length,
    previousAnswered: answered.length,
    askedAgain: {
      rows: again.length,
      cost: again.reduce((sum, { old }) => sum + (old.cost ?? 0), 0),
      unknownCost: again.filter(({ old }) => old.cost === null).length,
    },
    leaving: answered.filter((row) => !met.has(row)).length,
  };
}

function groupByKey(
  rows: readonly MemoryRow[],
  claimed: ReadonlySet<MemoryRow>,
  keyOf: (row: MemoryRow) => string | null,
): Map<string, MemoryRow[]> {
  const groups = new Map<string, MemoryRow[]>();
  const free = rows.filter((row) => !claimed.has(row));
  const answeredFirst = [
    ...free.filter(({ state }) => state === ROW.answered),
    ...free.filter(({ state }) => state !== ROW.answered),
  ];
  for (const row of answeredFirst) {
    const key = keyOf(row);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

function duplicatesIn(staged: readonly PlanRow[]): PlanComparison["duplicates"] {
  const found = [...givenTwice(staged), ...givenLabels(staged)];
  return { total: found.length, first: found.slice(0, DUPLICATES_SHOWN) };
}

function givenTwice(staged: readonly PlanRow[]): DuplicateId[] {
  const named = staged.filter((row) => row.keyGiven && row.kind === "request");
  const groups = [...Map.groupBy(named, (row) => text(row.key)).values()];
  return groups
    .filter((group) => group.length > 1)
    .map((group) => ({
      customId: group[0]?.customId ?? "",
      lines: group.slice(0, DUPLICATES_SHOWN).map(({ line }) => line),
    }));
}

function givenLabels(staged: readonly PlanRow[]): DuplicateId[] {
  const named = Map.groupBy(staged, ({ customId }) => customId);
  return staged
    .filter(({ customId, kind }) => customId === null && kind !== "blank")
    .flatMap(({ line }) => {
      const customId = labelOfLine(line);
      return (named.get(customId) ?? []).map((row) => ({ customId, lines: [row.line], labelOf: line }));
    });
}

/** Bytes as a key of a map. */
function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
