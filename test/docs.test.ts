import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../src/cli/exit-codes.ts";
import { ticksToUsd } from "../src/model/money.ts";
import { providerNamed } from "../src/provider/index.ts";
import { FAULTS, type Simulator, startSimulator } from "../src/simulator/index.ts";
import { anchorsOf, fences, namesIn, pageNamed, pages, root, tableRows } from "./docs/pages.ts";
import { runShell, runTypeScript, typeCheck } from "./docs/run-examples.ts";
import { commands, commandsOf } from "./docs/shell.ts";

const OPTION = /(?<![\w-])--[a-z][a-z-]*[a-z]/g;
const MACHINE_PATH = /(?:^|[\s"'`(=])(?:\/(?:home|root|tmp|work|Users|mnt|opt)\/|[A-Z]:\\)/m;
/** Commands besides Sluice that an example may use. */
const OTHER_COMMANDS = new Set(["npm", "export", "head", "python3"]);
const NPM_ITSELF = new Set(["ci", "run"]);

const shell = fences.filter(({ language }) => language === "sh");
const typescript = fences.filter(({ language }) => language === "ts");

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

describe("an example in the documentation", () => {
  it.each(shell)("is understood by the command line, in $place", ({ text }) => {
    const known = commands();
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    for (const [first = "", ...rest] of commandsOf(text)) {
      const words = first === "npx" ? rest : [first, ...rest];
      const [name = "", ...args] = words;
      if (name === "sluice") known.get(args[0] ?? "none")?.parse(args.slice(1), { from: "user" });
      if (name === "sluice") expect([...known.keys()]).toContain(args[0]);
      else expect([...OTHER_COMMANDS]).toContain(name);
      if (name !== "npm") continue;
      const asked = args.filter((word) => !NPM_ITSELF.has(word));
      expect(asked.filter((script) => !(script in scripts))).toEqual([]);
    }
  });

  it.skipIf(process.platform === "win32").each(shell.filter(({ runs }) => runs))(
    "does what it says, in $place",
    async (fence) => {
      expect(await runShell(fence, simulator.baseUrl)).not.toBe("");
    },
  );

  it.each(typescript.filter(({ runs }) => runs))("runs, in $place", async (fence) => {
    expect(await runTypeScript(fence, simulator.baseUrl)).not.toBe("");
  });

  it("fits the library's types", async () => {
    expect(typescript.length).toBeGreaterThan(0);
    expect(await typeCheck(typescript)).toBe("");
  });
});

describe("the documentation", () => {
  const optionsOf = [...commands().values()].flatMap(({ options }) => options);

  it.each(pages)("names no option that does not exist, in $path", ({ text }) => {
    const known = new Set([...optionsOf.map(({ long }) => long), "--help", "--version"]);
    expect((text.match(OPTION) ?? []).filter((option) => !known.has(option))).toEqual([]);
  });

  it("names every option of every command", () => {
    const named = new Set(pages.flatMap(({ text }) => text.match(OPTION) ?? []));
    const missing = optionsOf.filter(({ long }) => !named.has(long ?? ""));
    expect(missing.map(({ flags }) => flags)).toEqual([]);
  });

  it.each(pages)("has only links that lead somewhere, in $path", ({ path, text }) => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const broken = targets.filter((target) => {
      if (/^https:\/\//.test(target)) return false;
      const [file = "", anchor] = target.split("#", 2);
      const place = file === "" ? path : posix.join(dirname(path), file);
      if (!existsSync(join(root, place))) return true;
      return anchor !== undefined && !anchorsOf(pageNamed(place)).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it.each(pages)("names no place of one machine, in $path", ({ text }) => {
    expect(MACHINE_PATH.exec(text)?.[0]).toBeUndefined();
  });

  it("is reached from the README, page by page", () => {
    const questions = pages.map(({ path }) => path).filter((path) => /^docs\/[^/]+\.md$/.test(path));
    expect(questions.filter((path) => !pageNamed("README.md").includes(`(${path})`))).toEqual([]);
  });

  it("dates every decision", () => {
    const decisions = pages.filter(({ path }) => path.startsWith("docs/decisions/"));
    expect(decisions.length).toBeGreaterThan(0);
    for (const { text } of decisions) expect(text).toMatch(/^# .+\n\n\d{4}-\d\d-\d\d\n\n/);
  });

  it("describes every room", () => {
    const rooms = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const architecture = pageNamed("docs/architecture.md");
    expect(rooms.map(({ name }) => name).filter((name) => !architecture.includes(`\n**${name}**: `))).toEqual(
      [],
    );
  });
});

describe("a table in the documentation agrees with the code:", () => {
  it("faults of the simulator", () => {
    const told = tableRows(pageNamed("docs/simulator.md"));
    const one = FAULTS.filter(({ name }) => !name.startsWith("rst-"));
    for (const { name, meaning, billed, streamOnly } of one) {
      const what = streamOnly ? `${meaning} (streams only)` : meaning;
      expect(told).toContainEqual([`\`${name}\``, what, billed ? "yes" : "no"]);
    }
    const free = FAULTS.filter(({ name, billed }) => name.startsWith("rst-") && !billed);
    expect(free.map(({ name }) => name)).toEqual(["rst-7", "rst-11"]);
  });

  it("exit codes", () => {
    const told = tableRows(pageNamed("docs/errors.md")).map(([code = ""]) => code);
    expect(told.filter((code) => /^\d+$/.test(code)).map(Number)).toEqual(Object.values(EXIT));
  });

  it("published limits", () => {
    const told = tableRows(pageNamed("docs/limits.md")).filter(([models = ""]) => models.startsWith("`grok"));
    expect(told.length).toBeGreaterThan(0);
    for (const [models = "", requests = "", tokens = ""] of told) {
      for (const model of namesIn(models)) {
        const tiers = [0, 1, 2, 3, 4].map((tier) => providerNamed("xai")?.publishedLimits(model, tier) ?? []);
        const perWindow = (dimension: string) =>
          tiers.map((limits) => limits.find((limit) => limit.dimension === dimension)?.perWindow ?? 0);
        expect(perWindow("requests").join(", ")).toBe(requests);
        expect(
          perWindow("tokens")
            .map((limit) => limit / 1e6)
            .join(", "),
        ).toBe(tokens);
      }
    }
  });

  it("prices", () => {
    const page = pageNamed("docs/money.md");
    const told = tableRows(page).filter(([models = ""]) => models.startsWith("`grok"));
    expect(told.length).toBeGreaterThan(0);
    for (const [models = "", ...cells] of told) {
      for (const model of namesIn(models)) {
        const price = providerNamed("xai")?.price(model);
        const perMillion = [price?.input, price?.cachedInput, price?.output].map((ticks) =>
          String(Number((ticksToUsd(ticks ?? 0) * 1e6).toFixed(6))),
        );
        expect(perMillion).toEqual(cells);
        expect(page).toContain(`as of ${price?.asOf}`);
      }
    }
  });
});

describe("the README's first commands", () => {
  it.each(["npm ci && npm start", "npm ci && npm test"])("are complete in themselves: %s", (command) => {
    expect(shell.map(({ text }) => text)).toContain(`${command}\n`);
  });
});
