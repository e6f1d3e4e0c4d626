import { expect, it } from "vitest";
import { answerWithEcho, fail } from "./fake-provider.ts";
import { Workplace } from "./workplace.ts";

const ASKED = ["q1", "q2", "q1", "q3", "q1", "q2"];
const ECHOED = ASKED.map((question) => `echo ${question}`);

it("asks rows with the same request once, answers all of them, and says so", async () => {
  await using place = await Workplace.open();
  place.questions(...ASKED);
  const { code, stderr } = await place.run("--dedupe");
  expect(code).toBe(0);
  expect(place.provider.prompts().toSorted()).toEqual(["q1", "q2", "q3"]);
  expect(place.says()).toEqual(ECHOED);
  expect(place.lines().map(({ custom_id }) => custom_id)).toEqual(ASKED.map((_, i) => `request-${i + 1}`));
  expect(stderr).toContain("6 rows, 3 to send · 3 more take the outcome of one of them");
  expect(stderr).toMatch(/Rows +6 rows · 6 answered · 3 copies of other rows' outcomes/);
});

it("tells no price from copies alone where the leaders' costs are unknown", async () => {
  await using place = await Workplace.open();
  place.questions(...ASKED);
  await place.run("--dedupe");
  const { code, stderr } = await place.run("--model", "m2");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(
      /^6 answered rows would be asked again \(model m → m2\), at an unknown price;/,
    ),
  });
});

it("asks each row by itself without the option", async () => {
  await using place = await Workplace.open();
  place.questions(...ASKED);
  await place.run();
  expect(place.provider.prompts()).toHaveLength(6);
});

it("tells rows of one request apart by their ids, also after the input was shuffled", async () => {
  await using place = await Workplace.open();
  const row = (id: string, question: string) => `${JSON.stringify({ id, question })}\n`;
  place.write("in.jsonl", row("one", "q1") + row("two", "q1") + row("three", "q2"));
  await place.run("--dedupe", "--id", "id", "--limit", "1");
  expect(place.says()).toEqual(["echo q1", "echo q1"]);
  place.write("in.jsonl", row("three", "q2") + row("two", "q1") + row("four", "q1") + row("one", "q1"));
  const { code, stderr } = await place.run("--dedupe", "--id", "id");
  expect(code).toBe(0);
  expect(stderr).toContain("1 took the outcome of an equal row");
  expect(place.provider.prompts()).toEqual(["q2"]);
  expect(place.lines().map(({ custom_id }) => custom_id)).toEqual(["three", "two", "four", "one"]);
  expect(place.says()).toEqual(["echo q2", "echo q1", "echo q1", "echo q1"]);
});

it.each(["input", "completion"])(
  "goes on after a kill and pays for each request once, in %s order",
  async (order) => {
    await using place = await Workplace.open();
    const asked = Array.from({ length: 60 }, (_, i) => `q${i % 20}`);
    place.questions(...asked);
    const allAsked = Promise.withResolvers<void>();
    place.provider.respond = (request, response) => {
      if (request.prompt !== "q15") answerWithEcho(request, response);
      if (place.provider.received.length === 20) allAsked.resolve();
    };
    const started = place.startRun("--dedupe", "--order", order);
    await allAsked.promise;
    started.child.kill("SIGKILL");
    await started.ended;
    place.provider.respond = answerWithEcho;
    const { code } = await place.run("--dedupe", "--order", order);
    expect(code).toBe(0);
    expect(place.provider.prompts()).toContain("q15");
    expect(new Set(place.provider.prompts()).size).toBe(place.provider.prompts().length);
    expect(place.says().toSorted()).toEqual(asked.map((question) => `echo ${question}`).toSorted());
  },
);

it("writes the same rejection for every copy, and asks once when told to ask again", async () => {
  await using place = await Workplace.open((_, response) =>
    fail(response, 400, { error: { message: "no" } }),
  );
  place.questions("q1", "q1");
  expect((await place.run("--dedupe")).code).toBe(1);
  expect(place.says()).toEqual(["HTTP 400", "HTTP 400"]);
  place.provider.respond = answerWithEcho;
  await place.run("--dedupe");
  expect(place.provider.received).toEqual([]);
  await place.run("--dedupe", "--retry-failed");
  expect(place.provider.prompts()).toEqual(["q1"]);
  expect(place.says()).toEqual(["echo q1", "echo q1"]);
});

it("takes rows as they arrive, too", async () => {
  await using place = await Workplace.open();
  place.questions(...ASKED);
  expect((await place.run("--dedupe", "--stream-input")).code).toBe(0);
  expect(place.provider.prompts()).toHaveLength(3);
  expect(place.says()).toEqual(ECHOED);
});
