/**
 * The transport alone over TLS with HTTP/2: N exchanges in flight at once, each answered after a delay.
 * Usage: node bench/transport-h2.ts [in flight, default 15000] [delay in ms, default 10000]
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import { fileURLToPath } from "node:url";
import { systemClock } from "../src/model/clock.ts";
import type { Transport, WireEnd } from "../src/model/transport.ts";
import { createTransport } from "../src/transport/index.ts";

const SERVER_ROLE = "server";
const ANSWER = JSON.stringify({ choices: [{ message: { content: "x".repeat(1_100) } }] });
const QUESTION = Buffer.from(JSON.stringify({ messages: [{ role: "user", content: "y".repeat(900) }] }));
const HEADERS = { "content-type": "application/json", authorization: "Bearer bench" };
const WARM_UP = 500;

if (process.argv[2] === SERVER_ROLE) serve(Number(process.argv[3]));
else await measure(Number(process.argv[2] ?? 15_000), Number(process.argv[3] ?? 10_000));

function fixture(name: string): string {
  return readFileSync(new URL(`../test/fixtures/${name}`, import.meta.url), "utf8");
}

function serve(delayMs: number): void {
  const server = createSecureServer({
    key: fixture("localhost-key.pem"),
    cert: fixture("localhost-cert.pem"),
    settings: { maxConcurrentStreams: 1_000 },
    maxSessionMemory: 1_000,
  });
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    stream.resume();
    const answer = () => {
      if (stream.destroyed) return;
      stream.respond({ ":status": 200, "content-type": "application/json" });
      stream.end(ANSWER);
    };
    const wait = headers[":path"] === "/now" ? 0 : delayMs;
    stream.on("end", () => setTimeout(answer, wait));
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    process.send?.(typeof address === "object" ? address?.port : null);
  });
  process.on("disconnect", () => process.exit());
}

async function measure(inFlight: number, delayMs: number): Promise<void> {
  const server = fork(fileURLToPath(import.meta.url), [SERVER_ROLE, String(delayMs)]);
  const [port] = await once(server, "message");
  const origin = `https://localhost:${port}`;
  const transport = createTransport({ origin, clock: systemClock, ca: fixture("localhost-cert.pem") });
  await flood(transport, WARM_UP, "/now");
  let peakBytes = 0;
  const sampling = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())), 100);
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const failures = await flood(transport, inFlight, "/later");
  const cpu = process.cpuUsage(cpuBefore);
  const seconds = (performance.now() - startedAt) / 1_000;
  clearInterval(sampling);
  const microseconds = (cpu.user + cpu.system) / inFlight;
  console.log(
    `${transport.protocol()}: ${inFlight} in flight for ${delayMs} ms, ${seconds.toFixed(1)} s in all`,
  );
  console.log(`failures ${failures.size === 0 ? 0 : JSON.stringify([...failures])}`);
  console.log(`CPU ${microseconds.toFixed(0)} µs a request, peak RSS ${(peakBytes / 1e6).toFixed(0)} MB`);
  await transport.close();
  await stop(server);
}

/** Starts exchanges whenever there is capacity; resolves with what failed, by code. */
function flood(transport: Transport, count: number, path: string): Promise<Map<string, number>> {
  return new Promise((resolve) => {
    const failures = new Map<string, number>();
    let started = 0;
    let ended = 0;
    const listener = {
      onEnd(end: WireEnd) {
        if (end.kind !== "response" || end.body.byteLength !== ANSWER.length) {
          const code = "message" in end ? `${end.kind} ${end.message}` : end.kind;
          failures.set(code, (failures.get(code) ?? 0) + 1);
        }
        if (++ended < count) return;
        unsubscribe();
        resolve(failures);
      },
    };
    const pump = () => {
      while (started < count && transport.capacity() > 0) {
        started++;
        transport.start({ method: "POST", path, headers: HEADERS, body: QUESTION }, listener);
      }
    };
    const unsubscribe = transport.onCapacity(pump);
    transport.warm(count);
    pump();
  });
}

async function stop(server: ChildProcess): Promise<void> {
  const exited = once(server, "exit");
  server.disconnect();
  await exited;
}
