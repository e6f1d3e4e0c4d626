import type { Ending } from "../model/ending.ts";
import type { Load } from "../model/limiter.ts";
import type { Provider } from "../model/provider.ts";
import type { Request } from "../model/request.ts";
import type { BodyFlow, BodyTaker, Exchange, ResponseHead, WireEnd } from "../model/transport.ts";
import { StreamUsage } from "../provider/index.ts";
import { FetchBody } from "./fetch-body.ts";
import { endingOfCall, goesAgain, isSuccess } from "./fetch-endings.ts";
import type { FetchRequest } from "./fetch-request.ts";
import { failureOf, fetchFailed, responseOf } from "./fetch-response.ts";

const NO_BODY = new Uint8Array(0);
/** Read whole before it is given, since a cut one is asked for again; a page of HTML is a proxy's, and no answer. */
const READ_WHOLE = /^(?:application\/(?:[\w.-]+\+)?json|text\/html)\b/i;
/** Not to be trusted where an answer in one piece was asked for. */
const PLAIN = /^(?:$|text\/plain\b)/i;
const EVENT_STREAM = /^text\/event-stream\b/i;

/**
 * One call of `fetch`, as a request of the engine.
 *
 *   waiting ─► under way ─┬─► settled: the provider's last response, or what kept it from coming
 *      ▲          │       └─► handed over: the caller reads the body as it comes, and nothing is sent again
 *      └──again───┘
 */
export class Call implements Request {
  readonly path: string;
  readonly model: string;
  readonly maxTokens: number | null;
  readonly samples: number;
  readonly body: Uint8Array;
  /** Nothing of it is on its way, and nothing final has come. */
  isWaiting = true;
  /** Sends in a row that never reached the provider. */
  unreached = 0;
  /** Called when the reader of a handed-over body wants no more of it. */
  cancelled: () => void = () => {};
  readonly #request: FetchRequest;
  readonly #response = Promise.withResolvers<Response>();
  #last: WireEnd | null = null;
  #handed: FetchBody | null = null;
  #usage: StreamUsage | null = null;
  #isOver = false;

  /** `path`: where it goes at its address; its headers hold the key. */
  constructor(request: FetchRequest, path: string) {
    const { body, question } = request;
    this.#request = request;
    this.path = path;
    this.body = body ?? NO_BODY;
    this.model = question?.model ?? "";
    this.maxTokens = question === null ? 0 : question.maxTokens;
    this.samples = question?.samples ?? 1;
  }

  get response(): Promise<Response> {
    return this.#response.promise;
  }

  /** Only a question is charged to the limits of tokens. */
  get load(): Load {
    const bodyBytes = this.#request.question === null ? 0 : this.body.length;
    return { bodyBytes, maxTokens: this.maxTokens, samples: this.samples };
  }

  exchange(): Exchange {
    this.isWaiting = false;
    const { method, headers, body } = this.#request;
    return { method, path: this.path, headers, body, handOver: (head, flow) => this.#handOver(head, flow) };
  }

  /** An exchange of it ended. */
  ended(classify: Provider["classify"], end: WireEnd): Ending {
    this.#last = end;
    const ending = endingOfCall(classify, end, this, {
      isHandedOver: this.#handed !== null,
      usage: this.#usage?.usage() ?? null,
      isQuestion: this.#request.question !== null,
    });
    this.isWaiting = goesAgain(ending);
    this.unreached = ending.kind === "unprocessed" ? this.unreached + 1 : 0;
    return ending;
  }

  /** It is not sent again: the caller is given how it ended last, or this. */
  settle(end = this.#last): void {
    if (this.#isOver || end === null) return;
    if (end.kind !== "response") {
      this.fail(fetchFailed(failureOf(end)));
      return;
    }
    this.#respond(end.head, new Uint8Array(end.body));
  }

  /** The caller is told this instead of an answer, or of the rest of one. */
  fail(reason: unknown): void {
    this.#isOver = true;
    this.#response.reject(reason);
    this.#handed?.fail(reason);
  }

  #handOver(head: ResponseHead, flow: BodyFlow): BodyTaker | null {
    const type = String(head.headers["content-type"] ?? "");
    if (this.#isOver || !isSuccess(head) || !this.#isReadAsItComes(type)) return null;
    if (EVENT_STREAM.test(type) && this.#request.question !== null) this.#usage = new StreamUsage();
    this.#handed = new FetchBody({
      flow,
      passing: (chunk) => this.#usage?.take(chunk),
      cancelled: () => this.cancelled(),
    });
    this.#respond(head, this.#handed.stream);
    return this.#handed;
  }

  #respond(head: ResponseHead, body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>): void {
    this.#isOver = true;
    try {
      this.#response.resolve(responseOf(this.#request.url, head, body));
    } catch (error) {
      // A status of 600, a header that is none: HTTP lets through what a Response does not take.
      this.#response.reject(new TypeError("fetch failed", { cause: error }));
      this.cancelled();
    }
  }

  #isReadAsItComes(type: string): boolean {
    if (PLAIN.test(type)) return this.#request.question?.isStream ?? true;
    return !READ_WHOLE.test(type);
  }
}
