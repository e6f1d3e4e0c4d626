import { CommanderError } from "commander";
import fc from "fast-check";
import { requestOf } from "../../src/cli/run-flags.ts";
import { defineRun } from "../../src/cli/run-options.ts";
import { UsageError } from "../../src/model/errors.ts";
import type { SourceKind } from "../../src/model/source.ts";
import { createPlanner, type PlannerOptions } from "../../src/plan/index.ts";

/** What inputs look like that people mistype, cut and mix up, as arbitrary text around the forms that are read. */
const names = fc.constantFrom(
  ...[
    "question",
    "messages",
    "url",
    "body",
    "custom_id",
    "model",
    "method",
    "stream",
    "n",
    "input",
    "a b",
    "Ä",
  ],
  ...["__proto__", "constructor", "toString", "deferred", "background", "max_tokens", ""],
);
const models = fc.oneof(fc.constantFrom("m", "grok-4.3", ""), fc.string());
const messages = fc.array(
  fc.record({ role: fc.constantFrom("user", "system", "x"), content: fc.jsonValue() }),
);
const values = fc.oneof(fc.jsonValue(), models, messages, fc.constantFrom("/v1/chat/completions", "POST"));
const rows = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.array(fc.tuple(names, values)).map((members) => JSON.stringify(Object.fromEntries(members))),
  fc
    .array(fc.tuple(names, values), { minLength: 1 })
    .map(
      (members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)}}`,
    ),
  fc.array(fc.string(), { maxLength: 6 }).map((cells) => cells.join(",")),
  fc.integer({ min: 1, max: 3000 }).map((depth) => "[".repeat(depth)),
);
const cut = fc
  .tuple(rows, fc.nat(), fc.string({ maxLength: 3 }))
  .map(([row, at, wrong]) => row.slice(0, at % (row.length + 1)) + wrong);
const lines = fc.array(
  fc.oneof(
    rows.map((row) => Buffer.from(row)),
    cut.map((row) => Buffer.from(row)),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  ),
  { maxLength: 8 },
);
const templates = fc.oneof(
  fc.constantFrom("{{ question }}", "{{ ['a b'] }}", "{% if question %}x{% endif %}", "{{question|upcase}}"),
  fc.string(),
  fc
    .array(
      fc.oneof(
        fc.constantFrom("{{", "}}", "{%", "%}", "|", "question", "for", "in", "raw", "'", "[", "]", "."),
        fc.string(),
      ),
    )
    .map((parts) => parts.join(" ")),
);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const options: fc.Arbitrary<PlannerOptions> = fc.record({
  kind: fc.constantFrom<SourceKind>("jsonl", "text"),
  model: maybe(models),
  prompt: maybe(templates),
  system: maybe(templates),
  temperature: maybe(fc.double({ noNaN: true })),
  maxTokens: maybe(fc.integer({ min: 1 })),
  params: maybe(fc.dictionary(names, fc.jsonValue(), { maxKeys: 3 })),
  idColumn: maybe(names),
  endpoint: maybe(fc.oneof(fc.constantFrom("/v1/embeddings", "/v1/responses"), fc.string())),
});

const flags = defineRun()
  .options.flatMap(({ short, long }) => [short ?? "", long ?? ""])
  .filter((flag) => flag !== "");
const words = fc.oneof(
  fc.constantFrom(
    ...flags,
    "in.jsonl",
    "-",
    "--",
    "1",
    "0",
    "-1",
    "5.00",
    "1e999",
    "30s",
    "5",
    "@missing",
    "a=b",
    "=x",
    "NaN",
  ),
  fc.tuple(fc.constantFrom(...flags), fc.string()).map(([flag, value]) => `${flag}=${value}`),
  fc.string(),
);

/** Every line becomes a row, a blank or a bad row with its sentence; what is wrong with all of them is a `UsageError`. */
function linesAreAccountedFor(given: PlannerOptions, texts: readonly Buffer[]): void {
  refusedOr(() => {
    const planner = createPlanner(given);
    texts.forEach((bytes, index) => {
      const row = planner.plan({ line: index + 1, offset: 0, bytes });
      if (row.line !== index + 1) throw new Error(`line ${index + 1} came back as line ${row.line}`);
      if (row.kind === "invalid") expectSentence(row.problem ?? "");
    });
    const problem = planner.wholeInputProblem(true);
    if (problem !== null) expectSentence(problem);
  });
}

function wordsAreUnderstoodOrRefused(typed: readonly string[]): void {
  const command = defineRun()
    .exitOverride()
    .configureOutput({ writeOut() {}, writeErr() {}, outputError() {} })
    .action((input, stray, values) => void requestOf(input, stray, values, typed));
  refusedOr(() => command.parse([...typed], { from: "user" }));
}

function refusedOr(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof CommanderError)) throw error;
    expectSentence(error.message);
  }
}

function expectSentence(text: string): void {
  if (text.trim() === "") throw new Error("nothing is said");
  if (/^ {4}at |\bundefined\b|\[object |TypeError|RangeError/m.test(text)) throw new Error(`said: ${text}`);
}

/** Throws, with the smallest example, when one of so many inputs ends in anything but a row or a sentence. */
export function checkBadInputs(runs: number, seed: number): void {
  const half = { numRuns: Math.ceil(runs / 2), seed };
  fc.assert(fc.property(options, lines, linesAreAccountedFor), half);
  fc.assert(fc.property(fc.array(words, { maxLength: 8 }), wordsAreUnderstoodOrRefused), half);
}
