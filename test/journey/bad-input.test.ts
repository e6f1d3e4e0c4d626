import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Workplace } from "./workplace.ts";

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.open();
  place.questions("q1", "q2");
  place.write("empty.jsonl", "");
  place.write("blank.jsonl", "\n \n");
  place.write("binary.jsonl", Buffer.from([0x7b, 0, 1, 2, 255]));
  const rows = Array.from({ length: 9 }, (_, index) => JSON.stringify({ question: `q${index}` }));
  place.write("broken.jsonl", rows.with(6, '{"question": "secret text"').join("\n"));
  place.write("label.jsonl", '{"custom_id":"request-2","question":"1"}\n{"question":"2"}\n');
  place.write("twice.jsonl", '{"custom_id":"a","question":"1"}\n{"custom_id":"a","question":"2"}\n');
  place.write("deferred.jsonl", '{"model":"m","messages":[],"deferred":true}\n');
  place.write("prose.jsonl", "Tell me a joke\nWrite a haiku\n");
  place.write("get.jsonl", '{"method":"GET","url":"/v1/models","body":{}}\n');
  place.write("status.jsonl", '{"question":"a","status":"new"}\n');
  mkdirSync(place.path("folder"));
});
afterAll(() => place[Symbol.asyncDispose]());

const PROMPT = ["--prompt", "{{ question }}"];
let outputs = 0;
/** Each run has an OUTPUT of its own, since several go on at a time. */
const run = (input: string, ...more: string[]) => ["run", input, "-o", `out-${outputs++}.jsonl`, ...more];

/** What is typed after `--base-url` and `--model`, and what the one sentence says. */
const REFUSED: readonly [string, readonly string[], RegExp][] = [
  ["a missing file", run("nope.jsonl", ...PROMPT), /^nope\.jsonl does not exist; check the path/],
  ["an empty file", run("empty.jsonl", ...PROMPT), /^empty\.jsonl is empty/],
  ["a file of blank lines", run("blank.jsonl", ...PROMPT), /^blank\.jsonl is empty/],
  ["no name at all", run("", ...PROMPT), /^INPUT is empty; name a file, or - for standard input$/],
  ["a directory", run("folder", ...PROMPT), /^folder is a directory/],
  ["a binary file", run("binary.jsonl", ...PROMPT), /^binary\.jsonl is a binary file/],
  ["broken JSON at line 7", run("broken.jsonl", ...PROMPT), /1 bad row .*\n {2}line 7: not valid JSON/],
  [
    "an id that is another row's label",
    run("label.jsonl", ...PROMPT),
    /an id more than once.*\n {2}"request-2" in line 1, and as the label of line 2, which has no id/,
  ],
  ["an id given twice", run("twice.jsonl", ...PROMPT), /an id more than once.*\n {2}"a" in lines 1, 2/],
  ["a column that nearly exists", run("in.jsonl", "--prompt", "{{ qestion }}"), /did you mean 'question'\?/],
  ["rows that no rule fits", run("in.jsonl"), /--prompt '\{\{ column \}\}'.*--endpoint/],
  [
    "a template without a column",
    run("in.jsonl", "--prompt", "Hello"),
    /names no column.*\{\{ question \}\}/,
  ],
  [
    "two bare words",
    run("in.jsonl", "--prompt", "{{ Customer Feedback }}"),
    /\{\{ \['Customer Feedback'\] \}\}/,
  ],
  ["an unknown filter", run("in.jsonl", "--prompt", "{{ question | upcas }}"), /did you mean upcase\?/],
  [
    "a filter that is like no other",
    run("in.jsonl", "--prompt", "{{ question | foo }}"),
    /foo; Liquid has default/,
  ],
  [
    "a tag that is none",
    run("in.jsonl", "--prompt", "{% foo %}{{ question }}"),
    /"foo" not found; Liquid has if/,
  ],
  [
    "plain text that is no .txt file",
    run("prose.jsonl", ...PROMPT),
    /line 1: not valid JSON: .*; a line of plain text/,
  ],
  [
    "an option beside its alias",
    run("in.jsonl", ...PROMPT, "--max-attempts", "3", "--max-retries", "0"),
    /^--max-attempts and --max-retries say the same; give one of them$/,
  ],
  ["a deferred request", run("deferred.jsonl"), /line 1: "deferred" cannot be sent/],
  ["a Batch line that is no POST", run("get.jsonl"), /line 1: method must be POST/],
  [
    "an unknown option",
    run("in.jsonl", ...PROMPT, "--promt", "x"),
    /^--promt is no option of sluice run; did you mean --prompt\?$/,
  ],
  [
    "--rps 0",
    run("in.jsonl", ...PROMPT, "--rps", "0"),
    /^--rps 0: it takes a number above 0, .*; leave the option out/,
  ],
  ["--rps abc", run("in.jsonl", ...PROMPT, "--rps", "abc"), /^--rps abc: it takes a number above 0/],
  ["--timeout 30", run("in.jsonl", ...PROMPT, "--timeout", "30"), /^--timeout 30: .*did you mean 30s\?$/],
  ["-j 0", run("in.jsonl", ...PROMPT, "-j", "0"), /^--max-concurrent 0: it takes a whole number, 1 or more$/],
  [
    "--budget -5",
    run("in.jsonl", ...PROMPT, "--budget", "-5"),
    /^--budget -5: it takes an amount of US dollars/,
  ],
  ["a budget nobody can keep", run("in.jsonl", ...PROMPT, "--budget", "5"), /^--budget cannot be kept/],
  ["--tier 9", run("in.jsonl", ...PROMPT, "--tier", "9"), /^--tier 9: it takes a whole number, from 0 to 4$/],
  ["an option without its value", run("in.jsonl", "--prompt"), /^--prompt needs a value: --prompt <text>$/],
  [
    "an option in place of a value",
    run("in.jsonl", "--prompt", "--rps", "3"),
    /^--prompt --rps: .*a value is missing$/,
  ],
  [
    "stray words",
    run("in.jsonl", "--prompt", "{{", "question", "}}"),
    /^"question" stands alone after INPUT; .*quotes/,
  ],
  [
    "a name that is too long with the ledger's ending",
    ["run", "in.jsonl", "-o", `${"n".repeat(243)}.jsonl`, ...PROMPT],
    /^The name of the ledger n+\.jsonl\.ledger is too long for its file system; choose a shorter -o$/,
  ],
  [
    "a second file, as a shell's *.jsonl names it",
    run("in.jsonl", "twice.jsonl", ...PROMPT),
    /^twice\.jsonl is a second file, and a run takes one INPUT; .*cat FILE FILE \| sluice run -$/,
  ],
  [
    "a parameter without a value",
    run("in.jsonl", ...PROMPT, "--param", "x"),
    /^--param x: it takes name=value/,
  ],
  [
    "a parameter of our own",
    run("in.jsonl", ...PROMPT, "--param", "stream=true"),
    /--param stream cannot be set/,
  ],
  [
    "a prompt file that is missing",
    run("in.jsonl", "--prompt", "@no.txt"),
    /^--prompt @no\.txt: the file does not exist/,
  ],
  ["an unknown provider", run("in.jsonl", ...PROMPT, "--provider", "foo"), /^--provider: "foo" is not known/],
  [
    "a missing key variable",
    run("in.jsonl", ...PROMPT, "--api-key-env", "NOPE"),
    /NOPE .*is not set; type `export NOPE=/,
  ],
  ["an id column that is missing", run("in.jsonl", ...PROMPT, "--id", "ident"), /no column 'ident'/],
  ["a CSV file", run("rows.csv", ...PROMPT), /^rows\.csv: this version reads JSONL and text/],
  [
    "columns that are taken",
    run("status.jsonl", ...PROMPT, "--format", "rows"),
    /has a column "status" already; --prefix/,
  ],
];

describe("bad input", () => {
  it.concurrent.each(REFUSED)(
    "%s is refused in a sentence, and nothing is sent",
    async (_, args, sentence) => {
      const [command = "", ...rest] = args;
      const { code, stdout, stderr } = await place.sluice([
        ...[command, "--base-url", place.provider.baseUrl, "-m", "m"],
        ...rest,
      ]);

      expect(stderr.trimEnd()).toMatch(sentence);
      expect(stderr).not.toMatch(/^ {4}at |error: |secret/m);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(place.provider.received).toEqual([]);
      const output = args[3] ?? "";
      expect(place.files().filter((name) => name.startsWith(output))).toEqual([]);
    },
  );

  it("an address that is none is refused", async () => {
    const { code, stderr } = await place.sluice([
      ...run("in.jsonl", "-m", "m", ...PROMPT),
      "--base-url",
      "foo",
    ]);

    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^--base-url .*"foo" is none/),
    });
  });
});

describe("a bad output", () => {
  it.concurrent.each([
    ["a folder", ["-o", "folder"], /^output folder is a folder/],
    ["a folder that does not exist", ["-o", "none/out.jsonl"], /folder none does not exist; create it first/],
    ["the input itself", ["-o", "./in.jsonl"], /^output \.\/in\.jsonl is the input itself/],
    ["a place without files", ["-o", "/proc/out.jsonl"], /^output \/proc\/out\.jsonl cannot be written/],
    ["a form that is not written", ["-o", "out.csv"], /not \.csv; name the output \.jsonl or \.txt/],
    [
      "standard output without a word on the ledger",
      ["-o", "-"],
      /^-o - needs --ledger FILE.*or --no-ledger/,
    ],
    ["standard output and --json", ["-o", "-", "--no-ledger", "--json"], /^-o - and --json both write/],
    [
      "no output at all",
      [],
      /^-o is missing.*: sluice run in\.jsonl --base-url http:\S+ --model m --prompt '.*' -o in\.answers\.jsonl$/,
    ],
  ])("%s is refused in a sentence", async (_, output, sentence) => {
    const { code, stderr } = await place.sluice([
      ...["run", "in.jsonl", "--base-url", place.provider.baseUrl, "--model", "m", ...PROMPT],
      ...output,
    ]);

    expect({ code, stderr: stderr.trimEnd() }).toEqual({ code: 2, stderr: expect.stringMatching(sentence) });
    expect(place.provider.received).toEqual([]);
  });
});

it("leaves no ledger behind when the door refuses the input", async () => {
  await place.sluice([
    "run",
    "broken.jsonl",
    "-o",
    "none.jsonl",
    "--base-url",
    place.provider.baseUrl,
    "-m",
    "m",
    ...PROMPT,
  ]);

  expect(place.files().filter((name) => name.startsWith("none"))).toEqual([]);
});

it("reports twenty bad rows and counts the rest", async () => {
  place.write("many.jsonl", `${"{\n".repeat(25)}{"question":"good"}\n`);
  const { stderr } = await place.sluice(["run", "many.jsonl", ...place.usual]);

  expect(stderr).toMatch(/^many\.jsonl holds 25 bad rows/);
  expect(stderr.match(/^ {2}line \d+/gm)).toHaveLength(20);
  expect(stderr).toMatch(/… and 5 more/);
});
