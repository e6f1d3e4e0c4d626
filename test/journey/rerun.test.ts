import { expect, it } from "vitest";
import { answerWithEcho, fail, type Respond, reset } from "./fake-provider.ts";
import { Workplace } from "./workplace.ts";

/** One row for each way in which a row can stand after a run. */
const everyWay: Respond = (request, response) => {
  switch (request.prompt) {
    case "rejected":
      return fail(response, 400, { error: { message: "bad parameter" } });
    case "failed":
      return fail(response, 500, { error: { message: "an error with a long story ".repeat(40) } });
    case "timed out":
      return;
    case "cut":
      return reset(response);
    default:
      return answerWithEcho(request, response);
  }
};
const WAYS = ["answered", "rejected", "failed", "timed out", "cut"];
const BRIEFLY = ["--max-attempts", "1", "--timeout", "600ms"];

it("sends again what the table says, and nothing else", async () => {
  await using place = await Workplace.open(everyWay);
  place.questions(...WAYS);
  expect((await place.run(...BRIEFLY)).code).toBe(1);
  const after = ["echo answered", "HTTP 400", "HTTP 500", "timeout", "reset"];
  expect(place.says()).toEqual(after);
  const { stdout } = await place.sluice(["status", "out.jsonl"]);
  expect(stdout).toContain("5 rows of in.jsonl: 1 answered, 1 rejected, 1 failed, 2 unknown");
  expect(stdout).toContain("the same command again sends 2 rows");

  const plain = await place.run(...BRIEFLY);
  expect(place.provider.prompts().toSorted()).toEqual(["cut", "failed"]);
  expect(plain.stderr).toContain("5 rows, 2 to send");
  expect(plain.stderr).toMatch(/Rows +5 rows · 1 answered \(0 in this run\) · 1 rejected · 1 failed/);
  await place.run(...BRIEFLY, "--retry-failed");
  expect(place.provider.prompts().toSorted()).toEqual(["cut", "failed", "rejected"]);
  await place.run(...BRIEFLY, "--retry-unknown");
  expect(place.provider.prompts().toSorted()).toEqual(["cut", "failed", "timed out"]);
  expect(place.says()).toEqual(after);

  place.provider.respond = answerWithEcho;
  expect((await place.run("--retry-failed", "--retry-unknown")).code).toBe(0);
  expect(place.says()).toEqual(WAYS.map((way) => `echo ${way}`));
  await place.run("--retry-failed", "--retry-unknown");
  expect(place.provider.received).toEqual([]);
});

it("limits what is sent and never takes a line away", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "failed", "q3", "q4", "failed", "q6");
  place.provider.respond = everyWay;
  await place.run("--limit", "2", ...BRIEFLY);
  expect(place.provider.prompts().toSorted()).toEqual(["failed", "q1"]);
  expect(place.says()).toEqual(["echo q1", "HTTP 500"]);

  await place.run(...BRIEFLY);
  expect(place.says()).toEqual(["echo q1", "HTTP 500", "echo q3", "echo q4", "HTTP 500", "echo q6"]);
  place.provider.respond = answerWithEcho;
  const limited = await place.run("--limit", "1");
  expect(place.provider.prompts()).toEqual(["failed"]);
  expect(place.says()).toEqual(["echo q1", "echo failed", "echo q3", "echo q4", "HTTP 500", "echo q6"]);
  expect(limited).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("5 answered (1 in this run) · 1 failed"),
  });
  const rest = await place.run();
  expect(rest.stderr).not.toContain("earlier run");
  expect(place.says()).toEqual(["echo q1", "echo failed", "echo q3", "echo q4", "echo failed", "echo q6"]);
});

it("sends only what is new when rows are inserted, deleted or shuffled, and OUTPUT follows the input", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2", "q3", "q4");
  await place.run();

  place.questions("q4", "q0", "q2", "q1", "q3");
  await place.run();
  expect(place.provider.prompts()).toEqual(["q0"]);
  expect(place.says()).toEqual(["echo q4", "echo q0", "echo q2", "echo q1", "echo q3"]);
  place.questions("q1", "q0", "q2", "q3");
  expect((await place.run()).code).toBe(0);
  expect(place.says()).toEqual(["echo q1", "echo q0", "echo q2", "echo q3"]);
  expect(place.provider.received).toEqual([]);
  place.questions("q0", "q1", "q2", "q3", "q3");
  await place.run();
  expect(place.provider.prompts()).toEqual(["q3"]);
  expect(place.says()).toEqual(["echo q0", "echo q1", "echo q2", "echo q3", "echo q3"]);
});

it("stops before it would ask answered rows again, names what changed, and does as it is told", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2");
  await place.run();

  const other = await place.run("--model", "m2", "--temperature", "0.5");
  expect(other).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^2 answered rows would be asked again \(model m → m2, temperature of each row → 0\.5\), at an unknown price; nothing was sent: --changed ask-again/,
    ),
  });
  const prompted = await place.run("--prompt", "Secret: {{ question }}");
  expect(prompted).toMatchObject({ code: 2, stderr: expect.stringMatching(/\(another prompt\)/) });
  expect(prompted.stderr).not.toContain("Secret");
  expect(place.provider.received).toEqual([]);
  expect(place.says()).toEqual(["echo q1", "echo q2"]);

  expect((await place.run("--model", "m2", "--changed", "keep")).code).toBe(0);
  expect(place.provider.received).toEqual([]);
  expect(await place.run()).toMatchObject({ code: 0, stderr: expect.stringContaining("2 answered") });
  expect(place.provider.received).toEqual([]);
  expect((await place.run("--model", "m3", "--changed", "ask-again")).code).toBe(0);
  expect(place.provider.received.map(({ model }) => model)).toEqual(["m3", "m3"]);
});

it("goes back to the answers of earlier settings, free, and says what leaves OUTPUT by which change", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2");
  await place.run();
  await place.run("--prompt", "again {{ question }}", "--changed", "ask-again");

  const back = await place.run();
  expect(back).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^2 of 2 answered rows would leave OUTPUT \(another prompt\); nothing was/),
  });
  expect((await place.run("--changed", "keep")).code).toBe(0);
  expect(place.says()).toEqual(["echo q1", "echo q2"]);
  expect(place.provider.received).toEqual([]);
});

it("takes no answer from OUTPUT where a limit ends the run among rows that were put before them", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2", "q3");
  await place.run();
  place.questions("new", "newer", "newest", "q1", "q2", "q3");
  const limited = await place.run("--limit", "1");
  expect(limited).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("out.jsonl stays as it was, since this run did not get as far"),
  });
  expect(place.says()).toEqual(["echo q1", "echo q2", "echo q3"]);
  expect((await place.run()).code).toBe(0);
  expect(place.provider.prompts()).toEqual(["newer", "newest"]);
  expect(place.says()).toEqual(["echo new", "echo newer", "echo newest", "echo q1", "echo q2", "echo q3"]);
});

it("tells the price of asking again where it is known", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2");
  await place.run("--provider", "xai", "--model", "grok-4.3");
  const { code, stderr } = await place.run("--provider", "xai", "--model", "grok-4.7");

  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^2 answered rows .*\(model grok-4\.3 → grok-4\.7\), about \$0\.0000\d+; nothing was sent/,
  );
});

it("finds rows by their given id, whatever their place and label", async () => {
  await using place = await Workplace.open();
  place.write("in.jsonl", '{"custom_id":"a","question":"x"}\n{"custom_id":"b","question":"y"}\n');
  await place.run();
  place.write("in.jsonl", '{"custom_id":"b","question":"y2"}\n{"custom_id":"a","question":"x"}\n');

  const stopped = await place.run();
  expect(stopped).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^1 answered row would be asked again/),
  });
  expect((await place.run("--changed", "keep")).code).toBe(0);
  expect(place.lines().map(({ custom_id }) => custom_id)).toEqual(["b", "a"]);
  expect(place.says()).toEqual(["echo y", "echo x"]);
  expect(place.provider.received).toEqual([]);
});

it("asks nothing again where a column comes to name the rows, and writes their new names", async () => {
  await using place = await Workplace.open();
  place.write("in.jsonl", '{"k":"a","question":"x"}\n{"k":"b","question":"y"}\n');
  await place.run();

  expect(await place.run("--id", "k")).toMatchObject({ code: 0 });
  expect(place.lines().map(({ custom_id }) => custom_id)).toEqual(["a", "b"]);
  expect(await place.run()).toMatchObject({ code: 0 });
  expect(place.says()).toEqual(["echo x", "echo y"]);
  expect(place.provider.received).toEqual([]);
});

it("refuses another input and names the one the ledger belongs to", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2", "q3");
  await place.run();
  place.write("other.jsonl", '{"question":"z"}\n');

  const other = await place.sluice(["run", "other.jsonl", ...place.usual]);
  expect(other).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^out\.jsonl\.ledger belongs to in\.jsonl \(3 rows\), and no row of other\.jsonl is in it/,
    ),
  });
  place.questions("q1");
  const most = await place.run();
  expect(most).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^2 of 3 answered rows would leave OUTPUT/),
  });
  expect(place.says()).toHaveLength(3);
});
