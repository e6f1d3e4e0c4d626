import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Agent, request } from "undici";
import { describe, expect, it } from "vitest";
import { answerFor, SIMULATOR_CERTIFICATE, startSimulator } from "../../src/simulator/index.ts";
import { chat, http2Request, post, rawHttp1 } from "./clients.ts";
import { startUnlimited } from "./started.ts";

const textOf = (body: Buffer) => JSON.parse(body.toString()).choices[0].message.content;

describe("one port", () => {
  it("speaks HTTP/1.1 and HTTP/2 with prior knowledge", async () => {
    const simulator = await startUnlimited();
    const { origin, port } = simulator;
    expect(textOf((await rawHttp1(port, chat("hi"))).body)).toBe(answerFor("hi", 60));
    const { status, body, code } = await http2Request(origin, chat("hi"));
    expect([status, textOf(body), code]).toEqual([200, answerFor("hi", 60), 0]);
    expect(simulator.stats().requests.map(({ protocol }) => protocol)).toEqual(["http/1.1", "h2"]);
  });

  it("tells the protocols apart though the first bytes come one by one", async () => {
    const { port } = await startUnlimited();
    const socket = connect(port, "127.0.0.1").setNoDelay(true);
    for (const letter of "POST /v1/simulator/reset HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n") {
      socket.write(letter);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await firstBytes(socket)).toContain("HTTP/1.1 200 OK");
  });

  it.each([
    ["http1", "http/1.1"],
    ["http2", "h2"],
  ] as const)("speaks only %s when told to", async (protocol, spoken) => {
    const { port, origin } = await startUnlimited({ protocol });
    const http1 = await rawHttp1(port, chat("hi"), 300);
    const http2 = await http2Request(origin, chat("hi"), 300).catch(() => null);
    expect(http1.status).toBe(spoken === "http/1.1" ? 200 : null);
    expect(http2?.status ?? null).toBe(spoken === "h2" ? 200 : null);
  });

  it("keeps a connection open for the next request", async () => {
    const simulator = await startUnlimited();
    const { baseUrl } = simulator;
    const dispatcher = new Agent({ connections: 1 });
    for (let i = 0; i < 3; i++) {
      const { body } = await request(`${baseUrl}/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(chat("hi")),
        dispatcher,
      });
      await body.dump();
    }
    expect(simulator.stats().connections).toBe(1);
    await dispatcher.close();
  });
});

describe("TLS", () => {
  it.each([
    [["h2", "http/1.1"], "h2"],
    [["http/1.1"], "http/1.1"],
  ])("offered %j agrees on %s, with a certificate that can be trusted", async (ALPNProtocols, agreed) => {
    const { port } = await startUnlimited({ tls: true });
    const socket = connectTls({ port, host: "127.0.0.1", ca: SIMULATOR_CERTIFICATE, ALPNProtocols });
    await new Promise((resolve, reject) => socket.on("secureConnect", resolve).on("error", reject));
    expect([socket.authorized, socket.alpnProtocol]).toEqual([true, agreed]);
    const until = new Date(socket.getPeerCertificate().valid_to).getUTCFullYear();
    expect(until).toBe(2099);
    socket.destroy();
  });

  it("answers over both protocols", async () => {
    const { origin, port } = await startUnlimited({ tls: true });
    expect(origin).toBe(`https://127.0.0.1:${port}`);
    const localhost = `https://localhost:${port}`;
    const http2 = await http2Request(localhost, chat("hi"), 2000, { ca: SIMULATOR_CERTIFICATE });
    expect(textOf(http2.body)).toBe(answerFor("hi", 60));
    const dispatcher = new Agent({ allowH2: false, connect: { ca: SIMULATOR_CERTIFICATE } });
    const { statusCode, body } = await request(`${localhost}/v1/models`, { dispatcher });
    await body.dump();
    expect(statusCode).toBe(200);
    await dispatcher.close();
  });
});

describe("many and large requests", () => {
  it("are answered two thousand at a time on one session", async () => {
    const simulator = await startUnlimited({ latency: "50ms", maxConcurrentStreams: 5000 });
    const { origin } = simulator;
    const { connect: connectHttp2 } = await import("node:http2");
    const session = connectHttp2(origin);
    await new Promise((resolve) => session.once("remoteSettings", resolve));
    const statuses = await Promise.all(
      Array.from({ length: 2000 }, (_, i) => {
        const stream = session.request({
          ":method": "POST",
          ":path": "/v1/chat/completions",
          "content-type": "application/json",
        });
        stream.end(JSON.stringify(chat(`row ${i}`)));
        stream.resume();
        return new Promise((resolve) => stream.on("response", (headers) => resolve(headers[":status"])));
      }),
    );
    session.destroy();
    expect(statuses.filter((status) => status === 200)).toHaveLength(2000);
    expect(simulator.stats()).toMatchObject({ answered: 2000, connections: 1 });
  });

  it("may be of 20 MB, and are refused beyond 64 MiB", async () => {
    const { baseUrl } = await startUnlimited();
    const { json } = await post(baseUrl, "/chat/completions", chat("x".repeat(20_000_000)));
    expect(json.usage.prompt_tokens).toBe(5_000_000);
    const tooLarge = await post(baseUrl, "/chat/completions", chat("x".repeat(65 * 1024 * 1024)));
    expect(tooLarge.status).toBe(413);
  });
});

describe("closing", () => {
  it("drops what is under way and frees the port", async () => {
    const simulator = await startUnlimited({ latency: "1h" });
    const { port, baseUrl } = simulator;
    const asked = post(baseUrl, "/chat/completions", chat("hi"));
    await expect.poll(() => simulator.stats().inFlight).toBe(1);
    const [outcome] = await Promise.allSettled([asked, simulator.close()]);
    expect(outcome?.status).toBe("rejected");
    expect((await startUnlimited({ port })).port).toBe(port);
  });

  it("refuses a port that is taken in one sentence", async () => {
    const { port } = await startUnlimited();
    await expect(startSimulator({ port })).rejects.toThrow(
      `Port ${port} is taken; choose another with --port`,
    );
  });
});

function firstBytes(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once("data", (chunk) => {
      socket.destroy();
      resolve(chunk.toString());
    });
  });
}
