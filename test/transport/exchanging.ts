import type {
  Exchange,
  ExchangeHandle,
  ResponseHead,
  Transport,
  WireEnd,
} from "../../src/model/transport.ts";

/** What a listener saw of one exchange, in order. */
export interface Seen {
  events: string[];
  head: ResponseHead | null;
  end: WireEnd;
}

export const QUESTION: Exchange = {
  method: "POST",
  path: "/v1/chat/completions",
  headers: { "content-type": "application/json", authorization: "Bearer test" },
  body: Buffer.from('{"messages":[]}'),
};

/** Makes one exchange and waits for its end; a second end is an error. */
export function exchange(
  transport: Transport,
  changes: Partial<Exchange> = {},
  onStarted?: (handle: ExchangeHandle) => void,
  on: { written?: (handle: ExchangeHandle) => void; head?: (handle: ExchangeHandle) => void } = {},
): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const events: string[] = [];
    let head: ResponseHead | null = null;
    let ended = false;
    let handle: ExchangeHandle | null = null;
    const later = (act: ((handle: ExchangeHandle) => void) | undefined) =>
      setImmediate(() => handle !== null && act?.(handle));
    handle = transport.start(
      { ...QUESTION, ...changes },
      {
        onWritten() {
          events.push("written");
          later(on.written);
        },
        onHead(received) {
          events.push("head");
          head = received;
          later(on.head);
        },
        onEnd(end) {
          if (handle === null) reject(new Error("ended inside start()"));
          if (ended) reject(new Error("ended twice"));
          ended = true;
          events.push("end");
          setImmediate(() => resolve({ events, head, end }));
        },
      },
    );
    onStarted?.(handle);
  });
}

export function textOf(end: WireEnd): string | null {
  return (end.kind === "response" || end.kind === "broken") && end.body !== null
    ? Buffer.from(end.body).toString()
    : null;
}

/** Waits until `condition` holds; fails after two seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; !condition(); i++) {
    if (i > 400) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
