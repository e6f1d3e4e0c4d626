import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../model/duration.ts";
import { formatUsd, type Ticks } from "../../model/money.ts";
import type { Tally } from "../../observe/index.ts";

const THOUSANDS = /\B(?=(\d{3})+(?!\d))/g;

/** 1234567 → "1,234,567". */
export function count(amount: number): string {
  return String(Math.round(amount)).replace(THOUSANDS, ",");
}

/** "1 row", "1,319 rows". */
export function counted(amount: number, one: string, many = `${one}s`): string {
  return `${count(amount)} ${amount === 1 ? one : many}`;
}

/** "3 rejected"; nothing where there are none. */
export function tellIf(amount: number, words: string): string[] {
  return amount <= 0 ? [] : [`${count(amount)} ${words}`];
}

/** Per second down to one in ten seconds, per minute below: "1,204/s", "36.9/s", "2.4/min". */
export function pace(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.1) return `${(perSecond * 60).toFixed(1)}/min`;
  return `${perSecond >= 100 ? count(perSecond) : perSecond.toFixed(1)}/s`;
}

/** Two units at most: "0.4s", "13s", "4m 05s", "2h 05m", "3d 4h". */
export function duration(ms: number): string {
  if (ms < 10 * SECOND_MS) return `${(ms / SECOND_MS).toFixed(1)}s`;
  const seconds = Math.round(ms / SECOND_MS);
  const rounded = seconds * SECOND_MS;
  if (rounded < MINUTE_MS) return `${seconds}s`;
  if (rounded < HOUR_MS) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`;
  if (rounded < DAY_MS) return `${Math.floor(rounded / HOUR_MS)}h ${pad(Math.floor(seconds / 60) % 60)}m`;
  return `${Math.floor(rounded / DAY_MS)}d ${Math.floor(rounded / HOUR_MS) % 24}h`;
}

/** "14:05:09", with the date where that is another day than now's: "Thu Nov 26 00:00:09". */
export function timeOfDay(wall: number, nowWall: number): string {
  const then = new Date(wall);
  const day = then.toDateString();
  const isToday = day === new Date(nowWall).toDateString();
  return `${isToday ? "" : `${day.slice(0, -" 2026".length)} `}${then.toTimeString().slice(0, "14:05:09".length)}`;
}

/** 0.984 → "98%"; what is not whole is never called 100, nor what is not nothing 0. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded === 100 && share < 1) return "99%";
  return rounded === 0 && share > 0 ? "1%" : `${rounded}%`;
}

export function money(ticks: Ticks): string {
  const [whole = "", cents] = formatUsd(ticks).split(".");
  return cents === undefined ? whole : `${whole.replace(THOUSANDS, ",")}.${cents}`;
}

/** Money known to be spent, and how much is not known: "$4.10", "unknown", "$4.10 and 3 answers of unknown cost". */
export function spent({ cost, unknownCost }: Pick<Tally, "cost" | "unknownCost">): string {
  if (unknownCost === 0) return money(cost);
  if (cost === 0) return "unknown";
  return `${money(cost)} and ${counted(unknownCost, "answer")} of unknown cost`;
}

/** Money that may be billed on top; null when none is. */
export function atRisk({
  atRisk: ticks,
  unpricedAtRisk,
}: Pick<Tally, "atRisk" | "unpricedAtRisk">): string | null {
  const unpriced = `${counted(unpricedAtRisk, "attempt")} of unknown cost at risk`;
  if (ticks === 0) return unpricedAtRisk === 0 ? null : unpriced;
  return unpricedAtRisk === 0 ? `${money(ticks)} at risk` : `${money(ticks)} and ${unpriced}`;
}

function pad(amount: number): string {
  return String(amount).padStart(2, "0");
}
