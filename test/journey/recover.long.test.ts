import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { answerWithEcho } from "./fake-provider.ts";
import { HeldRequests } from "./held-requests.ts";
import { Workplace } from "./workplace.ts";

const ROWS = 200;
const LEDGER = "out.jsonl.ledger";
const PAGE = 4096;

/** Rows with an id each, all answered. */
async function answered(place: Workplace): Promise<void> {
  const row = (n: number) => `${JSON.stringify({ custom_id: `id-${n}`, question: `q${n}` })}\n`;
  place.write("in.jsonl", Array.from({ length: ROWS }, (_, n) => row(n)).join(""));
  expect((await place.run()).code).toBe(0);
}

const EVERY_ANSWER = Array.from({ length: ROWS }, (_, n) => `echo q${n}`);

/** Files beside OUTPUT that recover leaves: the damaged ledger under its dated name, and nothing of its own. */
function keptLedgers(place: Workplace): string[] {
  return place.files().filter((name) => /^out\.jsonl\.ledger\.\d{4}-\d\d-\d\d-\d{6}$/.test(name));
}

const DAMAGES: [string, (path: string) => void][] = [
  [
    "cut in the middle",
    (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2 / PAGE) * PAGE),
  ],
  ["without its header", (path) => overwrite(path, 0, Buffer.alloc(100, 0xee))],
  ["with every third page overwritten", (path) => everyThirdPage(path)],
  ["no database any more", (path) => writeFileSync(path, "What is 2 + 2?\n".repeat(1000))],
  ["empty", (path) => truncateSync(path, 0)],
];

function overwrite(path: string, at: number, bytes: Buffer): void {
  const content = readFileSync(path);
  bytes.copy(content, at);
  writeFileSync(path, content);
}

function everyThirdPage(path: string): void {
  const pages = readFileSync(path).length / PAGE;
  for (let page = 1; page < pages; page += 3) overwrite(path, page * PAGE, Buffer.alloc(PAGE, 0xa5));
}

describe("sluice recover, with OUTPUT whole, saves every answer of a ledger that is", () => {
  it.concurrent.each(DAMAGES)("%s", { timeout: 60_000 }, async (_title, damage) => {
    await using place = await Workplace.open();
    await answered(place);
    damage(place.path(LEDGER));

    const refused = await place.run();
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("sluice recover") });
    expect(place.provider.received).toEqual([]);

    const damaged = readFileSync(place.path(LEDGER));
    const recovered = await place.sluice(["recover", "out.jsonl", "--input", "in.jsonl"]);
    expect(recovered).toMatchObject({ code: 0, stdout: expect.stringContaining("lost: 0 answered rows") });
    const [kept = ""] = keptLedgers(place);
    expect(readFileSync(place.path(kept)).equals(damaged)).toBe(true);
    expect(place.files().filter((name) => /recovering|reading|lock/.test(name))).toEqual([]);

    expect((await place.run()).code).toBe(0);
    expect(place.provider.received).toEqual([]);
    expect(place.says()).toEqual(EVERY_ANSWER);
    expect(place.has("out.jsonl.bak")).toBe(false);
  });
});

it("saves a killed run's answers from OUTPUT when its WAL was taken away, and the run sends the rest", {
  timeout: 60_000,
}, async () => {
  const questions = Array.from({ length: 12 }, (_, n) => `q${n}`);
  await using place = await Workplace.open((request, response) => {
    if (request.prompt !== "q9") answerWithEcho(request, response);
  });
  place.questions(...questions);
  const { child, ended } = place.startRun("-j", "1");
  await place.provider.arrivals(10);
  child.kill("SIGKILL");
  await ended;
  rmSync(place.path(`${LEDGER}-wal`));
  rmSync(place.path(`${LEDGER}-shm`));
  place.provider.respond = answerWithEcho;
  const written = place.lines().length;
  expect(written).toBeGreaterThan(5);

  for (const _again of [1, 2]) {
    const refused = await place.run();
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("was cut short") });
    expect(refused.stderr).toContain("sluice recover");
    expect(place.provider.received).toEqual([]);
  }
  const without = await place.sluice(["recover", "out.jsonl"]);
  expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining("--input FILE") });
  expect(keptLedgers(place)).toEqual([]);

  const recovered = await place.sluice(["recover", "out.jsonl", "--input", "in.jsonl"]);
  expect(recovered).toMatchObject({ code: 0 });
  expect(recovered.stdout).toContain(`saved: 0 answers from the ledger, ${written} from out.jsonl`);
  expect(recovered.stdout).toContain("more may have been answered and billed");

  expect((await place.run()).code).toBe(0);
  expect(place.provider.prompts()).toEqual(questions.slice(written));
  expect(place.says()).toEqual(questions.map((question) => `echo ${question}`));
});

it("says how many answers are lost and what they cost, and sends these again and no other", {
  timeout: 60_000,
}, async () => {
  await using place = await Workplace.open();
  await answered(place);
  everyThirdPage(place.path(LEDGER));
  rmSync(place.path("out.jsonl"));

  const { code, stdout } = await place.sluice(["recover", "out.jsonl.ledger"]);
  const saved = Number(/^saved: (\d+) answers from the ledger$/m.exec(stdout)?.[1]);
  expect({ code, known: saved > 0 && saved < ROWS }).toEqual({ code: 0, known: true });
  expect(stdout).toContain("are sent again");
  const status = await place.sluice(["status", "out.jsonl"]);
  expect(status.stdout).toContain(`${saved} answered`);

  expect((await place.run()).code).toBe(0);
  expect(place.provider.received).toHaveLength(ROWS - saved);
  expect(place.says()).toEqual(EVERY_ANSWER);
});

it("never puts one plan's answers under another's rows", { timeout: 60_000 }, async () => {
  const held = new HeldRequests();
  await using place = await Workplace.open();
  await answered(place);
  place.provider.respond = held.hold;
  const { child, ended } = place.startRun("--model", "other", "--changed", "ask-again");
  await place.provider.arrivals(1);
  child.kill("SIGKILL");
  await ended;
  overwrite(place.path(LEDGER), 6 * PAGE, Buffer.alloc(PAGE, 0xa5));

  const { code, stdout } = await place.sluice(["recover", "out.jsonl"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("nothing was taken from it") });
  held.release();
  expect((await place.run("--model", "other", "--changed", "ask-again")).code).toBe(0);
  expect(new Set(place.lines().map(({ response }) => response?.body.model))).toEqual(new Set(["other"]));
});

it("leaves a sound ledger alone, and one of which nothing is left", { timeout: 60_000 }, async () => {
  await using place = await Workplace.open();
  await answered(place);
  const files = place.files();
  const sound = await place.sluice(["recover", "out.jsonl"]);
  expect(sound).toMatchObject({ code: 2, stderr: expect.stringContaining("is not damaged") });

  place.write(LEDGER, "What is 2 + 2?\n");
  rmSync(place.path("out.jsonl"));
  const hopeless = await place.sluice(["recover", LEDGER]);
  expect(hopeless).toMatchObject({ code: 2, stderr: expect.stringContaining("Nothing can be saved") });
  expect(place.read(LEDGER)).toBe("What is 2 + 2?\n");
  expect(place.files()).toEqual(files.filter((name) => name !== "out.jsonl"));
});
