import { describe, expect, it, onTestFinished } from "vitest";
import { createSluice, processRequests, UsageError } from "../../src/index.ts";
import { inLibraryWords } from "../../src/sluice/library-words.ts";
import { startRawHttp1 } from "../transport/raw-http1-server.ts";
import { provide } from "./fake-provider.ts";
import { rejection } from "./simulators.ts";

const KEY = { apiKey: "key" };

describe("options", () => {
  it.each<[object, string]>([
    [{ maxConcurency: 2 }, "there is no option maxConcurency; did you mean maxConcurrent?"],
    [{ base_url: "x" }, "there is no option base_url; did you mean baseURL?"],
    [{ api_key: "x" }, "there is no option api_key; did you mean apiKey?"],
    [{ concurrency: 2 }, "there is no option concurrency; did you mean maxConcurrent?"],
    [{ concurency: 2 }, "there is no option concurency; did you mean maxConcurrent?"],
    [{ constructor: 2 }, "there is no option constructor."],
    [{ prompt: "x" }, "there is no option prompt; did you mean toRequest?"],
    [{ order: "completion" }, "there is no option order; it belongs to run."],
    [{ zebra: 1 }, "there is no option zebra."],
    [{ maxConcurrent: 0 }, "maxConcurrent takes a whole number of 1 or more, not 0."],
    [{ rps: "5" }, 'rps takes a number above 0, not "5".'],
    [{ rpm: Number.NaN }, "rpm takes a number above 0, not NaN."],
    [{ timeout: 0 }, "timeout takes a number of milliseconds above 0, not 0."],
    [{ maxRetries: -1 }, "maxRetries takes a whole number of 0 or more, not -1."],
    [{ temperature: 3 }, "temperature takes a number from 0 to 2, not 3."],
    [{ model: "" }, 'model takes a text that is not empty, not "".'],
    [{ signal: {} }, "signal takes an AbortSignal, not an object."],
    [{ toRequest: "x" }, 'toRequest takes a function, not "x".'],
    [{ ledger: 7 }, "ledger takes the path of a file or an open ledger, not 7."],
    [{ apiKey: 7 }, "apiKey takes a text that is not empty, not what was given."],
    [{ provider: "grok" }, 'provider: "grok" is not known; choose one of xai, '],
    [{ baseURL: "localhost" }, 'baseURL takes an address such as https://host/v1; "localhost" is none.'],
    [{ tier: 9 }, "tier: xAI publishes no limits for tier 9."],
    [{ endpoint: "https://x/y" }, "endpoint https://x/y is an absolute address"],
  ])("%j is refused in one sentence", async (options, sentence) => {
    const error = await rejection(processRequests(["a"], { ...KEY, model: "m", ...options }));
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(sentence);
    expect((error as Error).message).not.toContain("--");
    expect((error as Error).message).not.toContain("\n");
  });

  it.each([5n, Number.NaN, () => 5])("hold no values that JSON cannot: %s", async (seed) => {
    const error = await rejection(processRequests(["a"], { ...KEY, model: "m", params: { seed } }));
    expect(error).toMatchObject({
      name: "UsageError",
      message: "processRequests: param seed is no JSON value",
    });
  });

  it("of the instance and of a run are told apart", () => {
    expect(() => createSluice({ ...KEY, model: "m" } as object)).toThrow(
      "createSluice: there is no option model; it belongs to run.",
    );
    const sluice = createSluice(KEY);
    expect(() => sluice.run([], { rps: 5 } as object)).toThrow(
      "run: there is no option rps; it belongs to createSluice.",
    );
    expect(() => sluice.run(7 as never)).toThrow("run: the rows are the path of a file, an array or");
    expect(() => sluice.run([]).on("sent" as never)).toThrow(
      'on: the listener is a function that is told every event, not "sent".',
    );
    expect(() => createSluice(null as never)).toThrow("createSluice: the options are an object, not null.");
  });

  it("that are undefined count as left out, also among params", async () => {
    expect(() => createSluice({ ...KEY, rps: undefined, ledger: undefined })).not.toThrow();
    const provider = await provide(() => "yes");
    const params = { seed: undefined, top_p: 0.5 };
    await processRequests(["a"], { baseURL: provider.baseURL, model: "m", params });
    expect(Object.keys(provider.bodies[0] ?? {})).toEqual(["model", "messages", "top_p"]);
  });

  it("are called as a program calls them in the reason of a stop", async () => {
    const elsewhere = await startRawHttp1((peer) => {
      peer.head(302, [
        ["location", "https://login.example.com/"],
        ["content-length", "0"],
      ]);
    });
    onTestFinished(() => elsewhere.close());
    const error = await rejection(processRequests(["a"], { baseURL: `${elsewhere.origin}/v1`, model: "m" }));
    expect(error).toMatchObject({ reason: "account", message: expect.stringContaining("with baseURL") });
  });

  it("never repeat a key that cannot be sent", () => {
    expect(() => createSluice({ apiKey: "secret\nkey" })).toThrow(UsageError);
    expect(() => createSluice({ apiKey: "secret\nkey" })).not.toThrow("secret");
    expect(() => createSluice({ apiKey: "secret-key\n" })).not.toThrow();
  });

  it("name the variable and the remedy where a key is missing", () => {
    const before = process.env.OPENAI_API_KEY;
    delete process.env.OPENAI_API_KEY;
    try {
      expect(() => createSluice({ provider: "openai" })).toThrow(
        /OPENAI_API_KEY is not set; pass apiKey, type `.*=your-key`, or .*provider: "simulator"/,
      );
    } finally {
      if (before !== undefined) process.env.OPENAI_API_KEY = before;
    }
  });
});

describe("inLibraryWords", () => {
  it("turns flags into options and leaves dashes alone", () => {
    expect(inLibraryWords("give --max-tokens or --base-url; state-of-the-art -- really")).toBe(
      "give maxTokens or baseURL; state-of-the-art -- really",
    );
  });

  it.each([
    ["a.gz: only text; try: gzip -dc my a.gz | sluice run -", "a.gz: only text; unpack it first"],
    ["x is no regular file; give a file, or - to read standard input", "x is no regular file; give a file"],
    [
      "There is no ledger x; begin one with sluice run.",
      'There is no ledger x; leave mode: "open" out to begin one.',
    ],
    [
      "The ledger x is not a file; name another one with --ledger.",
      "The ledger x is not a file; name another one as ledger.",
    ],
  ])("leaves no command line in %s", (said, meant) => {
    expect(inLibraryWords(said)).toBe(meant);
  });
});
