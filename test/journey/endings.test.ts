import { expect, it } from "vitest";
import { runWith } from "./asking.ts";
import { answer, answerWithEcho, fail, type Respond, reset } from "./fake-provider.ts";
import { Workplace } from "./workplace.ts";

const QUESTIONS = Array.from({ length: 60 }, (_, index) => `q${index + 1}`);

it("is stopped by the provider when not one of its models exists", async () => {
  await using place = await Workplace.open((_, response) =>
    fail(response, 404, { error: { message: "The model does not exist", code: "model_not_found" } }),
  );
  const rows = ["gone", "lost", "gone"].map((model) => JSON.stringify({ model, question: "q" }));
  place.write("in.jsonl", rows.join("\n"));
  const options = ["--base-url", place.provider.baseUrl, "--prompt", "{{ question }}"];
  const { code } = await place.sluice(["run", "in.jsonl", "-o", "out.jsonl", ...options]);

  expect(code).toBe(3);
});

it.concurrent.each<[string, Respond]>([
  ["a 401", (_, response) => fail(response, 401, { error: { message: "Incorrect API key provided" } })],
  [
    "xAI's 400 for a wrong key",
    (_, response) =>
      fail(response, 400, {
        code: "invalid-argument",
        error: "Incorrect API key provided: xai-12345secret.",
      }),
  ],
  [
    "a 429 for spent credits",
    (_, response) =>
      fail(response, 429, {
        code: "resource-exhausted",
        error: "Your team t has either used all available credits or reached its monthly spending limit.",
      }),
  ],
  [
    "a 403 about the team",
    (_, response) => fail(response, 403, { code: "permission-denied", error: "Your team is blocked." }),
  ],
  [
    "a 403 about the endpoint",
    (_, response) =>
      fail(response, 403, {
        code: "permission-denied",
        error: "The API key lacks permission for this endpoint.",
      }),
  ],
])("%s stops the run with exit 3", async (_, respond) => {
  const { code, stderr, says, sent } = await runWith(respond, QUESTIONS);

  expect({ code, says }).toEqual({ code: 3, says: [] });
  expect(stderr).toMatch(/^Stopping: .*; waiting for answers in flight\.$/m);
  expect(stderr).not.toContain("secret");
  expect(sent).toBeLessThanOrEqual(16);
});

it("rejects one row for its content and goes on", async () => {
  const content = {
    code: "permission-denied",
    error:
      "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO, for your team and API key.",
  };
  const { code, says } = await runWith(
    (request, response) =>
      request.prompt === "q2" ? fail(response, 403, content) : answerWithEcho(request, response),
    ["q1", "q2", "q3"],
  );

  expect({ code, says }).toEqual({ code: 1, says: ["echo q1", "HTTP 403", "echo q3"] });
});

it("stops after twenty refusals in a row that no rule explains, and not after nineteen", async () => {
  const refused: Respond = (_, response) => fail(response, 403, { error: { message: "no" } });
  const stopped = await runWith(refused, QUESTIONS, "-j", "1");
  expect({ code: stopped.code, sent: stopped.sent }).toEqual({ code: 3, sent: 20 });
  expect(stopped.stderr).toContain("20 requests in a row were refused: no");

  const nineteen: Respond = (request, response) =>
    request.number % 20 === 0 ? answerWithEcho(request, response) : refused(request, response);
  const finished = await runWith(nineteen, QUESTIONS, "-j", "1");
  expect({ code: finished.code, sent: finished.sent }).toEqual({ code: 1, sent: 60 });
});

it("stops a run whose only model does not exist, and names models near it", async () => {
  const missing: Respond = (_, response) =>
    fail(response, 404, {
      code: "not-found",
      error: "The model grok-4.33 does not exist or your team t does not have access to it.",
    });
  const { code, stderr } = await runWith(missing, ["q1", "q2"], "--provider", "xai", "--model", "grok-4.33");

  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining("did you mean grok-4.3") });
});

it("stops only the lane of a missing model where there are others, and OUTPUT has a line for every row", async () => {
  await using place = await Workplace.open((request, response) =>
    request.model === "gone"
      ? fail(response, 404, { error: { message: "The model gone does not exist", code: "model_not_found" } })
      : answerWithEcho(request, response),
  );
  const rows = ["here", "gone", "here", "gone", "here"].map((model, index) => ({
    model,
    question: `q${index}`,
  }));
  place.write("in.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
  const args = [
    "run",
    "in.jsonl",
    "-o",
    "out.jsonl",
    "--base-url",
    place.provider.baseUrl,
    "--prompt",
    "{{ question }}",
  ];
  const { code, stderr } = await place.sluice(args);

  expect(code).toBe(1);
  expect(stderr).toContain("here and gone at http://127.0.0.1:");
  expect(place.says()).toEqual(["echo q0", "model-not-found", "echo q2", "model-not-found", "echo q4"]);
  place.provider.respond = answerWithEcho;
  expect((await place.sluice(args)).code).toBe(0);
  expect(place.says()).toEqual(["echo q0", "echo q1", "echo q2", "echo q3", "echo q4"]);
});

it.concurrent.each<[string, Respond, readonly string[], number, number, string]>([
  ["a reset", (_, response) => reset(response), ["--max-attempts", "2"], 1, 2, "reset"],
  [
    "a 500",
    (_, response) => fail(response, 500, { error: { message: "boom" } }),
    ["--max-attempts", "2"],
    1,
    2,
    "HTTP 500",
  ],
  [
    "a 502",
    (_, response) => fail(response, 502, { error: { message: "boom" } }),
    ["--max-retries", "1"],
    1,
    2,
    "HTTP 502",
  ],
  [
    "a page of HTML under a 200",
    (_, response) => void response.writeHead(200).end("<html>hello</html>"),
    ["--max-attempts", "2"],
    1,
    2,
    "not-json",
  ],
  [
    "an error under a 200",
    (_, response) => answer(response, null, { choices: [], error: { message: "broke off" } }),
    ["--max-attempts", "1"],
    1,
    1,
    "error-in-answer",
  ],
  ["a 422", (_, response) => fail(response, 422, { error: { message: "bad field" } }), [], 1, 1, "HTTP 422"],
  ["our own timeout", () => {}, ["--timeout", "400ms"], 1, 1, "timeout"],
])("%s takes the attempts it is allowed", async (_, respond, options, exit, attempts, said) => {
  const { code, says, sent } = await runWith(respond, ["q"], ...options);

  expect({ code, says, sent }).toEqual({ code: exit, says: [said], sent: attempts });
});

it.concurrent.each<[string, Respond]>([
  [
    "a 429",
    (_, response) => fail(response, 429, { error: { message: "Rate limit" } }, { "retry-after-ms": "20" }),
  ],
  [
    "a 503",
    (_, response) => fail(response, 503, { error: { message: "overloaded" } }, { "retry-after-ms": "20" }),
  ],
])("%s costs no attempt", async (_, throttle) => {
  const { code, says, sent } = await runWith(
    (request, response) =>
      request.number <= 2 ? throttle(request, response) : answerWithEcho(request, response),
    ["q"],
    ...["--max-attempts", "1"],
  );

  expect({ code, says, sent }).toEqual({ code: 0, says: ["echo q"], sent: 3 });
});

it("keeps an answer of any size, and one that was cut is asked for again", async () => {
  const long = "x".repeat(3_000_000);
  const { code, says, sent } = await runWith(
    (request, response) => {
      if (request.number > 1) return answer(response, long);
      response.writeHead(200, { "content-length": 1000 }).write("{");
      setTimeout(() => response.socket?.destroy(), 20);
    },
    ["q"],
  );

  expect({ code, sent, long: says[0] === long }).toEqual({ code: 0, sent: 2, long: true });
});
