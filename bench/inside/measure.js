/**
 * Loaded before the program under measurement (`node --import …`): CPU of all its threads, peak memory, the moment
 * of the first request and the loop's delay from then on, written as JSON to $BENCH_MEASURES at exit (the type is
 * `InsideMeasures` in ../measured-process.ts). Plain JavaScript: to strip types Node loads 20 MB that would be
 * counted as the program's own.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

/** undici's clients (Node's own `fetch` among them) and `node:http2` tell these once per request. */
const SEND_CHANNELS = ["undici:client:sendHeaders", "http2.client.stream.start"];

/** The histogram's timer: what it finds beyond its own period is delay. */
const RESOLUTION_MS = 1;
const NANOSECONDS_PER_MS = 1e6;

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function measureInto(path) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let firstSend = null;
  const onSend = () => {
    for (const channel of SEND_CHANNELS) unsubscribe(channel, onSend);
    firstSend = { atMs: performance.now(), cpuMs: cpuMs() };
    delay.enable();
  };
  for (const channel of SEND_CHANNELS) subscribe(channel, onSend);
  const delayMs = (nanoseconds) => Math.max(0, nanoseconds / NANOSECONDS_PER_MS - RESOLUTION_MS);
  process.on("exit", () => {
    const measures = {
      cpuMs: cpuMs(),
      peakBytes: process.resourceUsage().maxRSS * 1024,
      firstSend,
      loopDelay: {
        p50Ms: delayMs(delay.percentile(50)),
        p99Ms: delayMs(delay.percentile(99)),
        maxMs: delayMs(delay.max),
      },
    };
    writeFileSync(path, JSON.stringify(measures));
  });
}

const path = process.env.BENCH_MEASURES;
if (isMainThread && path !== undefined) measureInto(path);
