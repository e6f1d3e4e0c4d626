import { Command, Option } from "commander";

type SimulatorFlags = import("../simulator/index.ts").SimulatorFlags;

interface SimulateFlags extends SimulatorFlags {
  json?: boolean;
  untilStdinCloses?: boolean;
  listFaults?: boolean;
}

/** Where clients look for a simulator when nobody says otherwise. */
const DEFAULT_PORT = "4010";

/** `sluice simulate`: a provider to rehearse against, until Ctrl-C. */
export function simulateCommand(): Command {
  return new Command("simulate")
    .summary("serve a simulated provider to rehearse against")
    .description(
      "Serves an OpenAI-compatible provider that has limits, latency and faults, and makes its answers up.\n" +
        "No key, no cost. GET /v1/simulator/stats tells what it received, answered and billed.",
    )
    .optionsGroup("Where it listens:")
    .addOption(new Option("--port <port>", "0 picks a free one").default(DEFAULT_PORT, DEFAULT_PORT))
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("--tls", "HTTPS with a certificate for localhost made for tests")
    .option("--protocol <name>", "any, http1 or http2 (default: any, on one port)")
    .option("--max-concurrent-streams <n>", "streams on one HTTP/2 connection (default: 1000)")
    .optionsGroup("Whom it plays:")
    .option("--dialect <name>", "xai or openai: error bodies, headers, usage (default: xai)")
    .option("--any-model", "take any model name")
    .option("--require-key <key>", "take this key only (default: any, or none)")
    .optionsGroup("Limits, for each model by itself:")
    .option("--tier <n>", "xAI's published limits of this tier, 0 to 4 (default: 0)")
    .option("--rps <n>", "requests per second; 0 or none for no such limit")
    .option("--rpm <n>", "requests per minute")
    .option("--tpm <n>", "tokens per minute")
    .option("--enforce-minute", "48 × the requests per second are all that a minute allows")
    .option("--unlimited", "no limits at all")
    .option("--window <kind>", "sliding, fixed or bucket (default: sliding)")
    .option("--burst <duration>", "unused allowance a bucket holds (default: its whole window)")
    .option("--token-accounting <kind>", "actual, or reserve the worst case at admission (default: actual)")
    .option("--rejects-count", "throttled requests count against the limit too")
    .option("--retry-after <style>", "none, seconds or exact (default: as the dialect)")
    .option("--no-limit-headers", "tell no limits in headers")
    .optionsGroup("Answers:")
    .option("--latency <spread>", "800ms, 1s-4s or lognormal:2s,0.5 (default: none)")
    .option("--output-tokens <spread>", "60, 100-400 or lognormal:200,0.7 (default: 60)")
    .option("--reasoning-tokens <spread>", "the same forms (default: 0)")
    .option("--seed <n>", "the same seed gives each prompt the same answer (default: 0)")
    .optionsGroup("Faults:")
    .option("--fault <rule>", "500:5%, 503@10s-30s, 500#3,7 or 504:1%+60s; may be repeated", gathered)
    .option("--list-faults", "print the names of all faults and stop")
    .optionsGroup("For programs:")
    .option("--keep <n>", "requests that the stats remember one by one (default: 20,000)")
    .option("--json", "when ready, print one line of JSON: origin and baseUrl")
    .option("--until-stdin-closes", "end when standard input ends")
    .action(simulate);
}

async function simulate(flags: SimulateFlags): Promise<void> {
  const { faultList, optionsFromFlags, startSimulator, summaryOf } = await import("../simulator/index.ts");
  if (flags.listFaults) {
    process.stdout.write(`${faultList()}\n`);
    return;
  }
  const simulator = await startSimulator(optionsFromFlags(flags));
  const { origin, baseUrl, description } = simulator;
  const asked = asksToStop(flags.untilStdinCloses ?? false);
  // Whoever started it may have closed the pipe that it prints to.
  process.stdout.on("error", () => {});
  process.stdout.write(
    flags.json ? `${JSON.stringify({ origin, baseUrl })}\n` : `Simulator at ${baseUrl} · ${description}\n`,
  );
  await asked;
  const summary = summaryOf(simulator.stats({ limit: 0 }));
  await simulator.close();
  if (!flags.json) process.stdout.write(`${summary}\n`);
}

/** Resolves at the first signal, or when standard input ends; a second signal kills as usual. */
function asksToStop(untilStdinCloses: boolean): Promise<void> {
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of signals) process.off(signal, stop);
      if (untilStdinCloses) process.stdin.destroy();
      resolve();
    };
    for (const signal of signals) process.on(signal, stop);
    if (!untilStdinCloses) return;
    process.stdin.on("end", stop).on("error", stop).on("close", stop);
    process.stdin.resume();
  });
}

function gathered(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}
