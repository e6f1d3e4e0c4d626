import type { Ending } from "../model/ending.ts";
import type { ToldLimit } from "../model/limits.ts";
import type { Asked, Price } from "../model/provider.ts";
import type { ResponseHead, WireEnd } from "../model/transport.ts";
import { finishReasonOf, isEmpty, readAnswerBody } from "./answer-body.ts";
import { NO_SUCH_PATH } from "./common-words.ts";
import { saysNoCredits } from "./compatible-dialect.ts";
import type { Dialect } from "./dialect.ts";
import { says } from "./dialect.ts";
import { account, ambiguous, rejected, throttled, transient } from "./ending-kinds.ts";
import { type ErrorBody, readErrorValue } from "./error-body.ts";
import { type Evidence, evidenceOf, headFacts, wireFacts } from "./evidence.ts";
import { textOf } from "./json-values.ts";
import { LONGEST_MESSAGE } from "./safe-text.ts";
import { classify429 } from "./throttles.ts";
import { readCost, readUsage } from "./usage.ts";

/** OpenRouter's 400: "x is not a valid model ID". */
const NO_MODEL_ID = /is not a valid model id/i;

/** What the table has to know of a provider. */
export interface Reader {
  title: string;
  dialect: Dialect;
  /** Names models near the one that does not exist. */
  closeModels(model: string): string[];
  price(model: string): Price | null;
  /** What service tier "priority" costs times the table's price; null = unknown. */
  priorityFactor: number | null;
  limitsTold(head: ResponseHead): readonly ToldLimit[];
  /** Wall-clock ms, for a Retry-After that is a date when the response itself is undated. */
  wallNow(): number;
}

/** THE table: how an exchange that ended on the wire ended for its row (docs/errors.md). */
export function classify(reader: Reader, end: WireEnd, asked: Asked): Ending {
  switch (end.kind) {
    case "response":
      return byStatus(reader, evidenceOf(reader, end.head, end.body), asked);
    case "unprocessed":
      return { kind: "unprocessed", ...wireFacts(end.code, end.message) };
    case "broken":
      return broken(reader, end);
    case "too-large":
      // It was answered and billed, and would be as large again: held like a timeout, not paid for a second time.
      return {
        kind: "ambiguous",
        ownTimeout: true,
        ...wireFacts("too-large", `the answer is larger than ${end.limitBytes} bytes; it was given up`),
        ...headFacts(end.head),
      };
    case "aborted":
      if (!end.written)
        return { kind: "unprocessed", ...wireFacts("aborted", "given up before it was sent") };
      return {
        kind: "ambiguous",
        ownTimeout: true,
        ...wireFacts("aborted", "given up before its answer was complete; it may still be billed"),
        ...(end.head === null ? {} : headFacts(end.head)),
      };
  }
}

function byStatus(reader: Reader, evidence: Evidence, asked: Asked): Ending {
  const { error, head } = evidence;
  const { dialect } = reader;
  const { status } = head;
  if (status >= 200 && status < 300) return by2xx(reader, evidence, asked);
  if (status >= 300 && status < 400) return redirected(evidence);
  switch (status) {
    case 400:
      // xAI answers a wrong key with a 400; some gateways an unknown model.
      if (says(error, dialect.wrongKey)) return account(evidence, "key", "wrong-key");
      if (says(error, dialect.spent)) return account(evidence, "credits", "no-credits");
      return says(error, { ...dialect.unknownModel, words: [NO_MODEL_ID] })
        ? unknownModel(reader, evidence, asked)
        : rejected(evidence);
    case 401:
      return account(evidence, "key", "wrong-key");
    case 402:
      return account(evidence, "credits", "no-credits");
    case 403:
      return by403(dialect, evidence);
    case 404:
      if (says(error, dialect.unknownModel)) return unknownModel(reader, evidence, asked);
      return rejected(evidence, { unexplained: isOfPath(error) });
    case 405:
      return rejected(evidence, { unexplained: isOfPath(error) });
    case 408:
    case 409:
    case 500:
      return transient(evidence);
    case 413:
    case 415:
    case 422:
      return rejected(evidence);
    case 429:
      return classify429(dialect, evidence);
    case 498:
      // Groq: its flex tier is full.
      return throttled(evidence, { reason: "capacity", code: "capacity", named: null });
    case 503:
    case 529:
      return throttled(evidence, { reason: "overloaded", code: "overloaded", named: null });
  }
  // A proxy's 407, a 410, a 451: whoever answers so to one row may do so to all of them.
  const isOfNoRow = (status >= 400 && status < 500) || status === 501 || status === 505;
  if (isOfNoRow) return rejected(evidence, { unexplained: true });
  return ambiguous(evidence, `http-${status}`);
}

function by2xx(reader: Reader, evidence: Evidence, asked: Asked): Ending {
  const answer = readAnswerBody(evidence.body);
  if (answer.is === "unreadable") return ambiguous(evidence, answer.code, answer.message);
  if (answer.is === "error") {
    const said = readErrorValue(answer.body).message;
    return ambiguous(evidence, "error-in-answer", said || "the answer holds an error");
  }
  const { body } = answer;
  const usage = readUsage(body.usage);
  return {
    kind: "answered",
    status: evidence.head.status,
    code: "answered",
    message: "",
    body: evidence.body,
    requestId: evidence.requestId,
    reply: {
      model: textOf(body.model),
      finishReason: finishReasonOf(body),
      empty: isEmpty(body, asked.path),
      usage,
      cost: readCost(body, usage, asked, reader),
    },
  };
}

/** A path that nobody serves answers every row in this way: by a web server's page, or in a router's words. */
function isOfPath(error: ErrorBody): boolean {
  return !error.isJson || NO_SUCH_PATH.test(error.message);
}

/** Content first: such a refusal names the team and the key as well. */
function by403(dialect: Dialect, evidence: Evidence): Ending {
  const { error } = evidence;
  if (says(error, dialect.content)) return rejected(evidence, { code: "content", feePossible: true });
  if (saysNoCredits(error)) return account(evidence, "credits", "no-credits");
  if (says(error, dialect.noAccess)) return account(evidence, "access", "no-access");
  if (says(error, dialect.blocked)) return account(evidence, "blocked", "blocked");
  return rejected(evidence, { unexplained: true });
}

/** The wrong base address, most likely: every row would be answered in this way, so the run stops. */
function redirected(evidence: Evidence): Ending {
  const location = evidence.head.headers.location;
  const target = URL.parse(String(location ?? ""));
  const isWeb = target?.protocol === "https:" || target?.protocol === "http:";
  const message = `HTTP ${evidence.head.status} redirects${isWeb ? ` to ${target.origin}` : ""}; redirects are not followed: give the final address with --base-url`;
  return { ...account(evidence, "blocked", "redirect"), message };
}

function unknownModel(reader: Reader, evidence: Evidence, asked: Asked): Ending {
  const ending = account(evidence, "model", "model-not-found");
  const close = reader.closeModels(asked.model);
  if (close.length === 0) return ending;
  const remedy = `; did you mean ${close.join(" or ")}?`;
  const said = ending.message
    .replace(/\.$/, "")
    .slice(0, LONGEST_MESSAGE - remedy.length)
    .toWellFormed();
  return { ...ending, message: `${said}${remedy}` };
}

/** Cut after its head: a status other than 2xx has told enough, except where the words would decide. */
function broken(reader: Reader, end: Extract<WireEnd, { kind: "broken" }>): Ending {
  const status = end.head?.status ?? 0;
  if (end.head === null || status < 400) {
    const facts = end.head === null ? {} : headFacts(end.head);
    return {
      kind: "ambiguous",
      ownTimeout: false,
      ...wireFacts(end.code, end.message),
      ...facts,
      body: end.body,
    };
  }
  const evidence = evidenceOf(reader, end.head, end.body ?? new Uint8Array(0));
  const wordsDecide = status < 500 && ![401, 402, 408, 409, 429].includes(status);
  return wordsDecide ? transient(evidence) : byStatus(reader, evidence, { path: "", model: "" });
}
