import { describe, expect, it } from "vitest";
import { createLaneRegistry } from "../../src/limiter/index.ts";
import type { Feedback } from "../../src/model/limiter.ts";
import type { Exchange, WireEnd } from "../../src/model/transport.ts";
import { compatible } from "../../src/provider/compatible.ts";
import { openAccount } from "../../src/sluice/account.ts";
import { parseAddress } from "../../src/sluice/address.ts";
import { Call } from "../../src/sluice/fetch-call.ts";
import { FetchRun } from "../../src/sluice/fetch-run.ts";
import { breathe } from "../engine/engine.ts";
import { FakeTransport, type Script } from "../engine/fake-transport.ts";
import { answer, serverError, throttled, unreached } from "../engine/wire-ends.ts";
import { virtualClock } from "../support/virtual-clock.ts";

interface Options {
  maxConcurrent?: number;
  maxAttempts?: number;
}

/** A run of calls over a wire that does as the script says, in time that passes when told to. */
function start(script: Script, { maxConcurrent, maxAttempts = 8 }: Options = {}) {
  const clock = virtualClock();
  const transport = new FakeTransport({ clock, script });
  const settled: Feedback[] = [];
  const account = openAccount({
    chosen: { provider: compatible, address: parseAddress("http://localhost"), apiKey: null, tier: 0 },
    limits: { maxConcurrent },
    lanes: createLaneRegistry({ random: () => 0.5 }),
    clock,
  });
  const limiterOf = (model: string) => {
    const limiter = account.limiterOf(model);
    const { settle } = limiter;
    limiter.settle = (now, permit, feedback) => {
      settled.push(feedback);
      settle.call(limiter, now, permit, feedback);
    };
    return limiter;
  };
  const run = new FetchRun({ account: { ...account, transport, limiterOf }, clock, maxAttempts });
  let rows = 0;
  const ask = (model = "m", signal: AbortSignal | null = null) => {
    const body = Buffer.from(JSON.stringify({ row: rows }));
    rows += 1;
    const question = { model, maxTokens: 10, samples: 1, isStream: false };
    const url = new URL("http://localhost/chat/completions");
    const request = { url, method: "POST" as const, headers: {}, body, question, signal };
    const state: { response?: Response; error?: unknown; at?: number } = {};
    run.ask(new Call(request, url.pathname), signal).then(
      (response) => Object.assign(state, { response, at: clock.now() }),
      (error: unknown) => Object.assign(state, { error, at: clock.now() }),
    );
    return state;
  };
  const pass = async (ms: number) => {
    const until = clock.now() + ms;
    for (await breathe(); clock.now() < until; await breathe())
      clock.advance(Math.min(50, until - clock.now()));
  };
  return { ask, pass, run, clock, transport, settled };
}

describe("calls as rows of a run", () => {
  it("wait out what a 429 asks for, and cost no attempt meanwhile", async () => {
    const script: Script = ({ attempt }) => (attempt < 3 ? throttled(5) : answer());
    const { ask, pass, settled } = start(script, { maxAttempts: 1 });
    const call = ask();
    await pass(60_000);
    expect(call.response?.status).toBe(200);
    expect(call.at).toBeGreaterThan(15_000);
    expect(settled.map(({ kind }) => kind)).toEqual(["throttled", "throttled", "throttled", "answered"]);
  });

  it("are given the last response when their attempts are used up", async () => {
    const { ask, pass, transport } = start(() => serverError, { maxAttempts: 4 });
    const call = ask();
    await pass(60_000);
    expect(call.response?.status).toBe(500);
    expect(transport.sent).toHaveLength(4);
  });

  it("sleep without a timer each", async () => {
    const { ask, pass, clock } = start(() => ({ afterMs: Number.POSITIVE_INFINITY }), { maxConcurrent: 1 });
    for (let i = 0; i < 5000; i += 1) ask();
    await pass(100);
    expect(clock.waiting()).toBeLessThan(3);
  });

  it("go on in their order behind one that was sent again", async () => {
    const script: Script = ({ row, attempt }) => (row === 0 && attempt === 0 ? throttled(1) : answer());
    const { ask, pass, transport } = start(script, { maxConcurrent: 1 });
    const calls = Array.from({ length: 4 }, () => ask());
    await pass(30_000);
    expect(transport.sent.map(({ row }) => row)).toEqual([0, 0, 1, 2, 3]);
    expect(calls.map(({ response }) => response?.status)).toEqual([200, 200, 200, 200]);
  });
});

describe("an address where nobody answers", () => {
  it("fails a call after as many tries as it has attempts", async () => {
    const { ask, pass, transport } = start(() => unreached, { maxAttempts: 3 });
    const call = ask();
    await pass(29_000);
    expect(call.error).toMatchObject({ message: "fetch failed", cause: { message: "connection refused" } });
    expect(transport.sent).toHaveLength(3);
  });

  it("fails everybody who waits after half a minute, and is tried anew for the next", async () => {
    let isThere = false;
    const { ask, pass, run } = start(() => (isThere ? answer() : unreached), { maxConcurrent: 2 });
    const calls = Array.from({ length: 500 }, () => ask());
    await pass(29_000);
    expect(calls.filter(({ error }) => error === undefined).length).toBeGreaterThan(400);
    await pass(30_000);
    for (const { error } of calls) expect(error).toMatchObject({ message: "fetch failed" });
    expect(run.isIdle).toBe(true);
    isThere = true;
    const next = ask();
    await pass(30_000);
    expect(next.response?.status).toBe(200);
  });
});

describe("a wait that nobody sits out", () => {
  const daily: Script = ({ row }) => (row === 0 ? throttled(3600) : answer());

  it("is told to whoever waits in that lane, and to nobody else", async () => {
    const { ask, pass, transport } = start(daily, { maxConcurrent: 1 });
    const [first, second, other] = [ask("m"), ask("m"), ask("other")];
    await pass(1000);
    for (const call of [first, second]) {
      expect(call?.response?.status).toBe(429);
      expect(call?.response?.headers.get("retry-after")).toBe("3600");
      expect(call?.response?.headers.get("x-should-retry")).toBe("false");
      expect(await call?.response?.json()).toMatchObject({ error: { message: "Rate limit reached" } });
    }
    expect(other?.response?.status).toBe(200);
    expect(transport.sent).toHaveLength(2);
  });

  it("is told to those who come later without asking, until the wait is short", async () => {
    const { ask, pass, transport } = start(daily);
    ask();
    await pass(1000);
    const early = ask();
    await pass(3_550_000);
    expect(early).toMatchObject({ at: 1000, response: { status: 429 } });
    const late = ask();
    await pass(200_000);
    expect(late.response?.status).toBe(200);
    expect(transport.sent).toHaveLength(2);
  });
});

describe("a body that is handed over", () => {
  /** Hands the body over as a transport would; the script of the wire decides when it ends. */
  async function handOver(chunks: readonly string[], end: WireEnd) {
    const { ask, pass, transport, settled, run } = start(() => ({ afterMs: 1000, end }));
    const original = transport.start.bind(transport);
    transport.start = (exchange: Exchange, listener) => {
      const head = { status: 200, headers: { "content-type": "text/event-stream" } };
      const taker = exchange.handOver?.(head, { pause: () => {}, resume: () => {} });
      for (const chunk of chunks) taker?.take(Buffer.from(chunk));
      const onEnd = (ended: WireEnd) => {
        taker?.end(ended);
        listener.onEnd(ended);
      };
      return original(exchange, {
        onWritten: () => listener.onWritten?.(),
        onHead: () => listener.onHead?.(head),
        onEnd,
      });
    };
    const stop = new AbortController();
    const call = ask("m", stop.signal);
    await pass(500);
    return { call, pass, settled, stop, transport, run };
  }
  const whole: WireEnd = { kind: "response", head: { status: 200, headers: {} }, body: new Uint8Array(0) };
  const usage = `data: {"usage":{"prompt_tokens":10,"completion_tokens":20}}\n\n`;

  it("settles by the usage told in it", async () => {
    const { call, pass, settled, run } = await handOver(["data: {}\n\n", usage], whole);
    expect(call.response?.status).toBe(200);
    expect(settled).toEqual([]);
    await pass(1000);
    expect(settled).toMatchObject([{ kind: "answered", inputTokens: 10, outputTokens: 20 }]);
    expect(run.isIdle).toBe(true);
  });

  it("settles by the estimate where none is told", async () => {
    const { pass, settled } = await handOver(["data: {}\n\n"], whole);
    await pass(1000);
    expect(settled).toMatchObject([{ kind: "answered", inputTokens: null, outputTokens: null }]);
  });

  it("settles when it is cut or given up, and is not sent again", async () => {
    const cut: WireEnd = { kind: "broken", code: "reset", message: "reset", head: null, body: null };
    const broken = await handOver([usage], cut);
    await broken.pass(60_000);
    const given = await handOver([usage], whole);
    given.stop.abort();
    await given.pass(60_000);
    for (const { settled, transport, run } of [broken, given]) {
      expect(settled).toMatchObject([{ kind: "failed" }]);
      expect(transport.sent).toHaveLength(1);
      expect(run.isIdle).toBe(true);
    }
  });
});
