import { connect } from "node:http2";
import { describe, expect, it } from "vitest";
import { FAULTS, SIMULATOR_CERTIFICATE, startSimulator } from "../../src/simulator/index.ts";
import { chat, http2Request } from "./clients.ts";
import { framesOf } from "./raw-http2.ts";

const PATIENCE_MS = 150;
const CODES = [0, 2, 7, 8, 11];

/** Faults after which an HTTP/2 stream still ends in order. */
const COMPLETE = FAULTS.filter(
  ({ name, effect }) =>
    (effect.kind !== "reset" && effect.kind !== "shape") ||
    /^(not-json|truncated-json|wrong-type|html|html-502|empty|error-in-200|slow|duplicate-headers|redirect|huge-headers|gzip|invalid-utf8|stream-.*)$/.test(
      name,
    ),
);

describe("over HTTP/2", () => {
  it.each(COMPLETE)("the fault $name leaves the stream to end in order", async ({ name }) => {
    await using simulator = await startSimulator({ faults: [name === "slow" ? "slow+60ms" : name] });
    const answer = await http2Request(simulator.origin, chat("hi"));
    expect(answer).toMatchObject({ code: 0, endedInOrder: true, alive: true, goAway: null });
    expect(answer.headers["x-sluice-simulator"]).toBe("1");
    expect(answer.status).toBe(simulator.stats().requests[0]?.status);
  });

  it.each(CODES)("RST_STREAM %i comes before the answer, and the session lives on", async (code) => {
    await using simulator = await startSimulator({ faults: [`rst-${code}`] });
    const answer = await http2Request(simulator.origin, chat("hi"));
    expect(answer).toMatchObject({ status: null, body: Buffer.alloc(0), code, alive: true });
    expect(simulator.stats().byEnding).toEqual({ [`rst-${code}`]: 1 });
  });

  it.each(CODES)("RST_STREAM %i comes after half of the body, never after an end in order", async (code) => {
    await using simulator = await startSimulator({ faults: [`rst-${code}-mid`] });
    const frames = await framesOf(simulator.port, chat("hi"));
    expect(frames).toEqual(["HEADERS", "DATA", `RST_STREAM ${code}`]);
    const answer = await http2Request(simulator.origin, chat("hi"));
    expect(answer).toMatchObject({ status: 200, code, alive: true });
    expect(answer.headers["content-length"]).toBeUndefined();
    expect(answer.body.toString()).toMatch(/^\{"id":/);
    expect(() => JSON.parse(answer.body.toString())).toThrow();
  });

  it.each(["truncated", "wrong-length"])(
    "the fault %s is a content-length that does not match",
    async (name) => {
      await using simulator = await startSimulator({ faults: [name] });
      const { status, code } = await http2Request(simulator.origin, chat("hi"));
      expect(status).toBe(200);
      expect(code).toBeGreaterThan(0);
    },
  );

  it.each([
    ["reset-before", null, 2],
    ["reset-mid", 200, 2],
    ["close-before", null, 8],
    ["cut-chunked", 200, 8],
  ])("the fault %s resets the stream alone", async (name, status, code) => {
    await using simulator = await startSimulator({ faults: [name] });
    expect(await http2Request(simulator.origin, chat("hi"))).toMatchObject({ status, code, alive: true });
  });

  it("a hanging request leaves its session alive", async () => {
    await using simulator = await startSimulator({ faults: ["hang"] });
    const answer = await http2Request(simulator.origin, chat("hi"), PATIENCE_MS);
    expect(answer).toMatchObject({ status: null, code: null, alive: true });
  });

  it.each([false, true])("a session falls silent: no answer and no PING reply (TLS: %s)", async (tls) => {
    await using simulator = await startSimulator({ faults: ["no-ping"], tls });
    const origin = simulator.origin.replace("127.0.0.1", "localhost");
    const answer = await http2Request(origin, chat("hi"), PATIENCE_MS, { ca: SIMULATOR_CERTIFICATE });
    expect(answer).toMatchObject({ status: null, code: null, alive: false, goAway: null });
  });

  it("GOAWAY names the struck stream and later ones unprocessed; earlier ones are answered", async () => {
    await using simulator = await startSimulator({ faults: ["goaway#3"], latency: "30ms" });
    const { endings, lastStreamId } = await fiveAtOnce(simulator.origin);
    expect(lastStreamId).toBe(3);
    expect(endings).toEqual(["answered", "answered", "reset 7", "reset 7", "reset 7"]);
    expect(simulator.stats()).toMatchObject({ answered: 2, billed: 2, inFlight: 0 });
  });

  it("frames are sent right over TLS, too", async () => {
    await using simulator = await startSimulator({ faults: ["rst-8-mid#1", "goaway#2"], tls: true });
    const origin = simulator.origin.replace("127.0.0.1", "localhost");
    const ask = () => http2Request(origin, chat("hi"), 2000, { ca: SIMULATOR_CERTIFICATE });
    expect(await ask()).toMatchObject({ status: 200, code: 8, alive: true });
    expect(await ask()).toMatchObject({ status: null, code: 7, goAway: 0 });
    expect(await ask()).toMatchObject({ status: 200, code: 0 });
  });
});

/** Five requests on one session: how each ended, and the last stream id of the GOAWAY. */
async function fiveAtOnce(origin: string): Promise<{ endings: string[]; lastStreamId: number | null }> {
  const session = connect(origin);
  session.on("error", () => {});
  let lastStreamId: number | null = null;
  session.on("goaway", (_code, id) => {
    lastStreamId = id;
  });
  const endings = Array.from({ length: 5 }, (_, i) => {
    const stream = session.request({
      ":method": "POST",
      ":path": "/v1/chat/completions",
      "content-type": "application/json",
    });
    stream.resume().on("error", () => {});
    stream.end(JSON.stringify(chat(`row ${i}`)));
    return new Promise<string>((resolve) => {
      stream.on("close", () => resolve(stream.rstCode === 0 ? "answered" : `reset ${stream.rstCode}`));
    });
  });
  const result = { endings: await Promise.all(endings), lastStreamId };
  session.destroy();
  return { ...result, lastStreamId };
}
