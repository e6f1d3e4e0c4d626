import { describe, expect, it } from "vitest";
import { processRequests, UsageError } from "../../src/index.ts";
import { provide } from "./fake-provider.ts";
import { prompts, rejection, simulate, statuses, until } from "./simulators.ts";

const MODEL = "grok-4.3";

describe("a bad row", () => {
  const circular: Record<string, unknown> = { messages: [] };
  circular.self = circular;

  it.each([
    ["a BigInt", 1n, "BigInt"],
    ["undefined", undefined, "undefined is no row"],
    ["a function", () => 1, "a function is no row"],
    ["a circular object", circular, "circular"],
    ["a number", 7, "a number is no row"],
    ["an object of columns", { question: "why?" }, "toRequest"],
    ["a body without messages", { messages: "hello" }, "messages is no list"],
  ])("such as %s is one outcome, and the others are answered", async (_, row, words) => {
    const { baseUrl: baseURL } = await simulate();
    const [bad, good] = await processRequests<unknown>([row, "a prompt"], { baseURL, model: MODEL });
    expect(bad).toMatchObject({ status: "unsent", request: row, attempts: 0 });
    expect(bad?.status !== "answered" && bad?.error.message).toContain(words);
    expect(bad?.status !== "answered" && bad?.error.message).not.toContain("--");
    expect(good?.status).toBe("answered");
  });

  it("that names no model is an outcome while others name theirs; where none does, the call is refused", async () => {
    const { baseUrl: baseURL } = await simulate();
    const named = { model: MODEL, messages: [{ role: "user", content: "hello" }] };
    expect(statuses(await processRequests<unknown>(["nobody", named], { baseURL }))).toEqual([
      "unsent",
      "answered",
    ]);
    const error = await rejection(processRequests(["a", "b"], { baseURL }));
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain("no model is named; give model");
  });
});

describe("toRequest", () => {
  it("makes the question of a row, whose outcome carries the row itself", async () => {
    const { baseUrl: baseURL } = await simulate();
    const rows = [
      { id: 1, name: "Ada" },
      { id: 2, name: "Grace" },
    ];
    const outcomes = await processRequests(rows, {
      baseURL,
      model: MODEL,
      toRequest: (row) => `Who was ${row.name}?`,
    });
    expect(outcomes.map(({ request }) => request)).toEqual(rows);
    expect(outcomes[1]?.request).toBe(rows[1]);
    expect(outcomes.map(({ text }) => text?.slice(0, 20))).toEqual([
      "Echo: Who was Ada? #",
      "Echo: Who was Grace?",
    ]);
  });

  it("may be async, may give a body, and where it throws that row alone is unsent", async () => {
    const { baseUrl: baseURL } = await simulate();
    const outcomes = await processRequests([0, 1, 2, 3, 4], {
      baseURL,
      model: MODEL,
      toRequest: (row) => {
        if (row === 0) throw new Error("no zero");
        if (row === 1) return Promise.reject(new Error("no one"));
        if (row === 2) return Promise.resolve({ messages: [{ role: "user", content: "two" }] });
        if (row === 3) throw Object.create(null);
        return undefined;
      },
    });
    expect(statuses(outcomes)).toEqual(["unsent", "unsent", "answered", "unsent", "unsent"]);
    expect(outcomes.map((outcome) => (outcome.status === "answered" ? "" : outcome.error.message))).toEqual([
      "toRequest threw: no zero",
      "toRequest threw: no one",
      "",
      "toRequest threw: an object that is no error",
      "undefined is no row",
    ]);
  });
});

describe("an asynchronous toRequest", () => {
  it("works at 64 rows at a time, in whatever order it comes to an end", async () => {
    const { baseUrl: baseURL } = await simulate();
    const rows = prompts(100);
    const finish: (() => void)[] = [];
    const toRequest = async (row: string) => {
      await new Promise<void>((resolve) => finish.push(resolve));
      return row;
    };
    const asking = processRequests(rows, { baseURL, model: MODEL, toRequest });
    await until(() => finish.length === 64);
    for (const one of finish.splice(0).reverse()) one();
    await until(() => finish.length === 36);
    for (const one of finish.reverse()) one();
    const outcomes = await asking;
    expect(outcomes.map(({ request }) => request)).toEqual(rows);
    expect(outcomes.every(({ request, text }) => text?.startsWith(`Echo: ${request} `))).toBe(true);
  });

  it("holds up the rows behind the one it works at, and none before it", async () => {
    const received: string[] = [];
    const provider = await provide(({ messages }) => {
      received.push(JSON.stringify(messages));
      return "yes";
    });
    const toRequest = (row: string) =>
      row === "second" ? until(() => received.length > 0).then(() => row) : row;
    const options = { baseURL: provider.baseURL, model: "m", toRequest };
    expect(statuses(await processRequests(["first", "second", "third"], options))).toEqual([
      "answered",
      "answered",
      "answered",
    ]);
    expect(received[0]).toContain("first");
  });
});

describe("what shapes requests", () => {
  it("takes a system message word for word, braces and all", async () => {
    const provider = await provide(() => "yes");
    const system = 'Answer as {{"label": "…"}}, {% never %} {{{otherwise}}}.';
    const options = { model: "m", system, temperature: 0.5, params: { seed: 7 } };
    await processRequests(["hello"], { baseURL: provider.baseURL, ...options });
    expect(provider.bodies).toEqual([
      {
        model: "m",
        messages: [
          { role: "system", content: system },
          { role: "user", content: "hello" },
        ],
        temperature: 0.5,
        seed: 7,
      },
    ]);
  });
});
