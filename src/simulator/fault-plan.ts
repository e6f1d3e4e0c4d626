import { parseDuration } from "../model/duration.ts";
import { UsageError } from "../model/errors.ts";
import { FAULTS, type Fault, faultNamed } from "./faults.ts";
import type { Random } from "./random.ts";

/** When a fault strikes: with a chance, between two instants, for certain requests, or a mixture. */
export interface FaultRule {
  fault: Fault;
  /** From 0 to 1. */
  rate: number;
  /** Milliseconds since the first admitted request; null = always. */
  during: { fromMs: number; toMs: number } | null;
  /** Numbers of admitted requests, from 1; null = all. */
  requests: ReadonlySet<number> | null;
  /** How long the fault waits, in place of the drawn latency; null = as the fault's row says. */
  delayMs: number | null;
}

/** NAME, then in any order :RATE, @FROM-TO, #N,N and +DELAY. */
const RULE = /^([a-z0-9-]+)((?:[:@#+][^:@#+]+)*)$/;
const PART = /([:@#+])([^:@#+]+)/g;
const RATE = /^(\d+(?:\.\d+)?)(%?)$/;
const NUMBERS = /^\d+(?:,\d+)*$/;

/** Reads "500:5%", "503@10s-30s", "500#3,7", "504:1%+60s" and their mixtures. Throws a UsageError with one sentence. */
export function parseFaultRule(text: string): FaultRule {
  const parts = RULE.exec(text.trim());
  if (parts === null) throw new UsageError(`--fault ${text} is not understood; ${FORMS}.`);
  const fault = faultNamed(parts[1] ?? "");
  if (fault === null) throw new UsageError(`--fault ${text} names no fault; the faults are ${names()}.`);
  const rule: FaultRule = { fault, rate: 1, during: null, requests: null, delayMs: null };
  for (const [, sign, value] of (parts[2] ?? "").matchAll(PART))
    readPart(rule, text, sign ?? "", value ?? "");
  return rule;
}

/** The first rule that strikes this request, or null. Draws once per rule, so that rules do not disturb each other. */
export function faultFor(
  rules: readonly FaultRule[],
  request: { number: number; elapsedMs: number; stream: boolean },
  random: Random,
): FaultRule | null {
  let struck: FaultRule | null = null;
  for (const rule of rules) {
    const chance = random();
    if (struck === null && chance < rule.rate && applies(rule, request)) struck = rule;
  }
  return struck;
}

function applies(rule: FaultRule, request: { number: number; elapsedMs: number; stream: boolean }): boolean {
  if (rule.fault.streamOnly && !request.stream) return false;
  if (rule.requests !== null && !rule.requests.has(request.number)) return false;
  const { during } = rule;
  return during === null || (request.elapsedMs >= during.fromMs && request.elapsedMs < during.toMs);
}

const FORMS = "write NAME, NAME:5%, NAME@10s-30s, NAME#3,7 or NAME:5%+60s";

function readPart(rule: FaultRule, text: string, sign: string, value: string): void {
  const fail = (reason: string) => new UsageError(`--fault ${text}: ${reason}; ${FORMS}.`);
  if (sign === ":") {
    const [, amount, percent] = RATE.exec(value) ?? [];
    rule.rate = amount === undefined ? Number.NaN : Number(amount) / (percent === "%" ? 100 : 1);
    if (!(rule.rate <= 1)) throw fail(`"${value}" is no rate between 0% and 100%`);
  } else if (sign === "@") {
    const [from, to, more] = value.split("-").map(parseDuration);
    if (typeof from !== "number" || typeof to !== "number" || more !== undefined || to <= from)
      throw fail(`"${value}" is no span of time`);
    rule.during = { fromMs: from, toMs: to };
  } else if (sign === "#") {
    if (!NUMBERS.test(value)) throw fail(`"${value}" is no list of request numbers`);
    rule.requests = new Set(value.split(",").map(Number));
  } else {
    rule.delayMs = parseDuration(value);
    if (rule.delayMs === null) throw fail(`"${value}" is no duration`);
  }
}

/** The resets are one family: 28 names that need no list. */
function names(): string {
  const others = FAULTS.filter((fault) => !fault.name.startsWith("rst-"));
  return `${others.map((fault) => fault.name).join(", ")}, and rst-0 to rst-13, each also with -mid`;
}
