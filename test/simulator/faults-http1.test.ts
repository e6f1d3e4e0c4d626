import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { answerFor, FAULTS, startSimulator } from "../../src/simulator/index.ts";
import { chat, headerOf, type RawAnswer, rawHttp1 } from "./clients.ts";

const PROMPT = "What is 2 + 2?";
const ANSWER = answerFor(PROMPT, 60);

const length = (answer: RawAnswer) => Number(headerOf(answer, "content-length"));
const text = (answer: RawAnswer) => answer.body.toString();
const json = (answer: RawAnswer) => JSON.parse(text(answer));

/** A complete answer whose JSON holds the right text. */
function isWhole(answer: RawAnswer): void {
  expect(answer).toMatchObject({ status: 200, end: "closed" });
  expect(length(answer)).toBe(answer.body.length);
  expect(json(answer).choices[0].message.content).toBe(ANSWER);
}

/** An error response in xAI's flat form whose text matches. */
function isFailure(status: number, words: RegExp) {
  return (answer: RawAnswer) => {
    expect(answer).toMatchObject({ status, end: "closed" });
    expect(length(answer)).toBe(answer.body.length);
    expect(json(answer).error).toMatch(words);
    expect(headerOf(answer, "x-sluice-simulator")).toBe("1");
  };
}

function isNothing(end: RawAnswer["end"]) {
  return (answer: RawAnswer) => expect(answer).toMatchObject({ status: null, body: Buffer.alloc(0), end });
}

/** The first half of an answer without a length, and then that end. */
function isHalf(end: RawAnswer["end"]) {
  return (answer: RawAnswer) => {
    expect(answer).toMatchObject({ status: 200, end });
    expect(headerOf(answer, "transfer-encoding")).toBe("chunked");
    expect(text(answer)).toContain("Echo: What is");
    expect(text(answer)).not.toMatch(/\r\n0\r\n\r\n$/);
  };
}

/** What a client sees over HTTP/1.1, for every fault. */
const SEEN: Readonly<Record<string, (answer: RawAnswer) => void>> = {
  "400": isFailure(400, /invalid/i),
  "401": isFailure(401, /no api key/i),
  "403": isFailure(403, /api key of team \S+ is blocked/i),
  "403-content": isFailure(403, /violates usage guidelines.*SAFETY_CHECK/),
  "404": isFailure(404, /nothing at this URL/),
  "404-model": isFailure(404, /model grok-4\.3 does not exist/),
  "408": isFailure(408, /too long/),
  "409": isFailure(409, /conflict/),
  "413": isFailure(413, /too large/),
  "422": isFailure(422, /invalid format/),
  "429-second": isFailure(429, /Requests per Second \(actual\/limit\): 37\/37\.$/),
  "429-minute": isFailure(429, /Requests per Minute \(actual\/limit\): 1776\/1776\.$/),
  "429-tokens": isFailure(
    429,
    /Too many tokens .*Tokens per Minute \(actual\/limit\): 10000000\/10000000\.$/,
  ),
  "429-daily": isFailure(429, /Requests per Day \(actual\/limit\): .* Resets in: 5h 0m 0s$/),
  "429-capacity": isFailure(429, /at capacity/),
  "429-credits": isFailure(429, /used all available credits/),
  "429-zero": isFailure(429, /\(actual\/limit\): 0\/0/),
  "500": isFailure(500, /internal/i),
  "502": isFailure(502, /bad gateway/i),
  "503": isFailure(503, /unavailable/),
  "504": isFailure(504, /timeout/),
  "529": isFailure(529, /overloaded/),
  "reset-before": isNothing("reset"),
  "reset-mid": isHalf("reset"),
  "close-before": isNothing("closed"),
  truncated: (answer) => {
    expect(answer).toMatchObject({ status: 200, end: "closed" });
    expect(answer.body.length).toBe(length(answer) >> 1);
  },
  "cut-chunked": isHalf("closed"),
  "not-json": (answer) => {
    expect(answer.status).toBe(200);
    expect(length(answer)).toBe(answer.body.length);
    expect(() => json(answer)).toThrow();
  },
  "truncated-json": (answer) => {
    expect(length(answer)).toBe(answer.body.length);
    expect(text(answer)).toMatch(/^\{"id":/);
    expect(() => json(answer)).toThrow();
  },
  "wrong-type": (answer) => {
    isWhole(answer);
    expect(headerOf(answer, "content-type")).toBe("text/plain");
  },
  html: (answer) => {
    expect(answer.status).toBe(200);
    expect(headerOf(answer, "content-type")).toContain("text/html");
    expect(text(answer)).toContain("<html>");
  },
  "html-502": (answer) => {
    expect(answer.status).toBe(502);
    expect(text(answer)).toContain("<html>");
  },
  empty: (answer) => expect([answer.status, length(answer), answer.body.length]).toEqual([200, 0, 0]),
  "error-in-200": (answer) => {
    expect(answer.status).toBe(200);
    expect(json(answer)).toEqual({ code: "internal", error: expect.any(String) });
  },
  slow: isWhole,
  hang: isNothing("open"),
  stall: isHalf("open"),
  "wrong-length": (answer) => {
    expect(answer).toMatchObject({ status: 200, end: "closed" });
    expect(answer.body.length).toBeGreaterThan(length(answer));
  },
  "duplicate-headers": (answer) => {
    isWhole(answer);
    for (const name of ["content-type", "x-request-id", "x-simulated-twice"]) {
      expect(answer.headers.filter(([key]) => key === name)).toHaveLength(2);
    }
  },
  redirect: (answer) => {
    expect(answer.status).toBe(301);
    expect(headerOf(answer, "location")).toBe("/v1/simulator/elsewhere");
  },
  "huge-headers": (answer) => {
    isWhole(answer);
    expect(answer.headers.map(([, value]) => value).join("").length).toBeGreaterThan(64 * 1024);
  },
  gzip: (answer) => {
    expect(headerOf(answer, "content-encoding")).toBe("gzip");
    expect(JSON.parse(gunzipSync(answer.body).toString()).choices[0].message.content).toBe(ANSWER);
  },
  "invalid-utf8": (answer) => {
    expect(length(answer)).toBe(answer.body.length);
    expect(answer.body.includes(Buffer.from([0xff, 0xfe]))).toBe(true);
    expect(json(answer).choices[0].message.content).toContain("\ufffd");
  },
  "stream-cut": isWhole,
  "stream-error": isWhole,
  goaway: isNothing("closed"),
  "no-ping": isNothing("open"),
};

/** Over HTTP/1.1 a stream's reset is its socket's. */
const seenOf = (name: string) => SEEN[name] ?? (name.endsWith("-mid") ? isHalf("reset") : isNothing("reset"));

/** Small waits, so that the slow and the endless are soon over. */
const ENDLESS = new Set(["hang", "stall", "no-ping"]);
const PATIENCE_MS = 300;
const DELAYS: Readonly<Record<string, string>> = { slow: "+60ms" };

describe("over HTTP/1.1", () => {
  it.each(FAULTS)("the fault $name is seen as it is described: $meaning", async (fault) => {
    await using simulator = await startSimulator({ faults: [fault.name + (DELAYS[fault.name] ?? "")] });
    const patienceMs = ENDLESS.has(fault.name) ? PATIENCE_MS : undefined;
    seenOf(fault.name)(await rawHttp1(simulator.port, chat(PROMPT), patienceMs));
    const { requests, inFlight } = simulator.stats();
    if (fault.streamOnly) expect(requests[0]).toMatchObject({ ending: "answered", billed: true });
    else expect(requests[0]).toMatchObject({ ending: fault.name, billed: fault.billed });
    expect(inFlight).toBe(0);
  });

  it("a stream without its end is seen as such", async () => {
    await using simulator = await startSimulator({ faults: ["stream-cut#1", "stream-error#2"] });
    const cut = text(await rawHttp1(simulator.port, chat(PROMPT, { stream: true })));
    expect(cut).toMatch(/\r\n0\r\n\r\n$/);
    expect(cut).toContain('"role":"assistant"');
    expect(cut).not.toContain("[DONE]");
    const failed = text(await rawHttp1(simulator.port, chat(PROMPT, { stream: true })));
    expect(failed).toContain('data: {"code":"internal"');
    expect(failed).not.toContain("[DONE]");
    expect(simulator.stats().byEnding).toEqual({ "stream-cut": 1, "stream-error": 1 });
  });

  it("a streamed answer can be spoilt like any other", async () => {
    await using simulator = await startSimulator({ faults: ["reset-mid"] });
    const answer = await rawHttp1(simulator.port, chat(PROMPT, { stream: true }));
    expect(answer).toMatchObject({ status: 200, end: "reset" });
    expect(text(answer)).toContain("chat.completion.chunk");
  });

  it("a fault's own delay replaces the latency", async () => {
    await using simulator = await startSimulator({ faults: ["504+60ms"], latency: "1h" });
    const before = performance.now();
    expect((await rawHttp1(simulator.port, chat(PROMPT))).status).toBe(504);
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
  });

  it("the errors of dialect openai are nested", async () => {
    await using simulator = await startSimulator({
      dialect: "openai",
      faults: ["429-credits#1", "429-daily#2", "529#3"],
    });
    const next = async () => json(await rawHttp1(simulator.port, chat(PROMPT))).error;
    expect(await next()).toMatchObject({ type: "insufficient_quota", code: "insufficient_quota" });
    expect((await next()).message).toMatch(/requests per day \(RPD\).*try again in 5h0m0s\.$/);
    expect(await next()).toMatchObject({ type: "overloaded_error", message: "Overloaded." });
  });
});
