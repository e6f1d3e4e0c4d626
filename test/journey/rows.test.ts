import { expect, it } from "vitest";
import { Workplace } from "./workplace.ts";

/** Runs one input and tells what was sent, in order. */
async function sent(place: Workplace, name: string, content: string, ...more: string[]): Promise<string[]> {
  place.write(name, content);
  place.provider.clear();
  const args = ["run", name, "-o", `${name}.answers`, "--base-url", place.provider.baseUrl, "-j", "1"];
  const { code, stderr } = await place.sluice([...args, ...more]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
  return place.provider.received.map(({ path, raw }) => `${path} ${raw}`);
}

it("reads each row by the first rule that fits", async () => {
  await using place = await Workplace.open();
  const rows = [
    '{"custom_id":"x","method":"POST","url":"/v1/chat/completions","body":{"model":"a","messages":[{"role":"user","content":"hi"}]}}',
    '{"url":"/v1/embeddings","body":{"model":"e","input":"abc"}}',
    '{"model":"a","n":2,"messages":[{"role":"user","content":"two"}]}',
  ];

  expect(await sent(place, "bodies.jsonl", rows.join("\n"))).toEqual(
    [
      '/v1/chat/completions {"model":"a","messages":[{"role":"user","content":"hi"}]}',
      '/v1/chat/completions {"model":"a","n":2,"messages":[{"role":"user","content":"two"}]}',
      '/v1/embeddings {"model":"e","input":"abc"}',
    ].toSorted((one, other) => rowsOf(one) - rowsOf(other)),
  );
  expect(place.lines("bodies.jsonl.answers").map(({ custom_id }) => custom_id)).toEqual([
    "x",
    "request-2",
    "request-3",
  ]);
  expect(await sent(place, "strings.jsonl", '"hello"\n', "-m", "m")).toEqual([
    '/v1/chat/completions {"model":"m","messages":[{"role":"user","content":"hello"}]}',
  ]);
  expect(
    await sent(place, "given.jsonl", '{"model":"e","input":"x"}\n', "--endpoint", "/v1/embeddings"),
  ).toEqual(['/v1/embeddings {"model":"e","input":"x"}']);
  const objects = '{"messages":[],"q":{"a":[1]},"n":9007199254740993}\n';
  expect(await sent(place, "columns.jsonl", objects, "-m", "m", "--prompt", "{{ q }} {{ n }}")).toEqual([
    '/v1/chat/completions {"model":"m","messages":[{"role":"user","content":"{\\"a\\":[1]} 9007199254740993"}]}',
  ]);
});

/** The order in which lanes take turns is not the contract's; the model tells the lane. */
function rowsOf(request: string): number {
  return request.includes('"e"') ? 1 : request.includes("two") ? 2 : 0;
}

it("sends oddities of a body byte for byte, and accepts a byte order mark, CRLF and a 20 MB line", async () => {
  await using place = await Workplace.open();
  const odd = '{"model":"m","messages":[{"role":"user","content":"\\ud800 é"}],"seed":9007199254740993}';

  expect(await sent(place, "odd.jsonl", `\uFEFF${odd}\r\n\r\n`)).toEqual([`/v1/chat/completions ${odd}`]);
  const long = JSON.stringify("x".repeat(20_000_000));
  const [request = ""] = await sent(place, "long.jsonl", `${long}\n`, "-m", "m");
  expect(request.length).toBeGreaterThan(20_000_000);
});

it("lets options win over the file, and says so once in the first line", async () => {
  await using place = await Workplace.open();
  place.write(
    "in.jsonl",
    [
      '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"a"}],"temperature":1,"stream":true}',
      '{"model":"gpt-4o-mini","messages":[{"role":"system","content":"old"},{"role":"user","content":"b"}]}',
    ].join("\n"),
  );
  const options = ["--system", "be brief", "--temperature", "0.5", "--param", "seed=7", "--param", "user=me"];
  const args = [
    "run",
    "in.jsonl",
    "-o",
    "out.jsonl",
    "--base-url",
    place.provider.baseUrl,
    "-m",
    "m9",
    "-j",
    "1",
  ];
  const { stderr } = await place.sluice([...args, ...options]);

  const [first = ""] = stderr.split("\n");
  expect(first).toContain("2 rows, 2 to send · m9 at http://127.0.0.1:");
  expect(first).toContain("--model m9 replaces gpt-4o-mini in 2 rows");
  expect(first).toContain("--system replaces the system message in 1 row");
  expect(first).toContain("temperature replaces the row's own in 1 row");
  expect(first).toContain("stream is dropped from 1 row");
  expect(place.provider.received.map(({ body }) => body)).toEqual(
    ["a", "b"].map((content) => ({
      model: "m9",
      messages: [
        { role: "system", content: "be brief" },
        { role: "user", content },
      ],
      temperature: 0.5,
      seed: 7,
      user: "me",
    })),
  );
});

it("takes templates and parameters from files, without the newline that ends them", async () => {
  await using place = await Workplace.open();
  place.write("ask.txt", "Q: {{ question }}\n");
  place.write("schema.json", '{"type":"json_object"}\n');
  place.questions("why");
  const args = ["--prompt", "@ask.txt", "--param", "response_format=@schema.json", "--param", "a=b=c"];

  expect(await sent(place, "in.jsonl", place.read("in.jsonl"), "-m", "m", ...args)).toEqual([
    '/v1/chat/completions {"model":"m","messages":[{"role":"user","content":"Q: why"}],"a":"b=c","response_format":{"type":"json_object"}}',
  ]);
});

it("writes text line by line, blank for blank, and rows with their own columns first", async () => {
  await using place = await Workplace.open();
  const asked = ["--base-url", place.provider.baseUrl, "-m", "m"];
  place.write("in.txt", "one\n\ntwo\\\n");
  await place.sluice(["run", "in.txt", "-o", "out.txt", ...asked]);
  expect(place.read("out.txt")).toBe("echo one\n\necho two\\\\\n");

  place.write("in.jsonl", '{"question":"q","n": 1}\n');
  const rows = [
    "run",
    "in.jsonl",
    "-o",
    "out.jsonl",
    ...asked,
    "--prompt",
    "{{ question }}",
    "--format",
    "rows",
  ];
  await place.sluice([...rows, "--prefix", "llm_", "--answer-column", "answer"]);
  expect(place.read("out.jsonl")).toMatch(
    /^\{"question":"q","n": 1,"answer":"echo q","llm_status":"answered",/,
  );
});

it("lets bad rows through as unsent where that is asked for, and never calls them rows to send", async () => {
  await using place = await Workplace.open();
  place.write("in.jsonl", '{\n{"question":"good"}\n[1]\n');
  const first = await place.run("--skip-invalid");

  expect(first.code).toBe(1);
  expect(first.stderr).toContain("3 rows · 1 answered · 2 unsent");
  expect(first.stderr).not.toContain("the same command again");
  expect(place.says()).toEqual(["invalid-row", "echo good", "invalid-row"]);
  const without = await place.run();
  expect({ code: without.code, sent: place.provider.prompts() }).toEqual({ code: 2, sent: [] });
});

it("lets a row that is no UTF-8 through as unsent, wherever in the file it stands", async () => {
  await using place = await Workplace.open();
  place.write("in.jsonl", Buffer.from('{"question":"caf\xe9"}\n{"question":"good"}\n', "latin1"));
  expect(await place.run()).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^in\.jsonl holds 1 bad row .*\n {2}line 1: not UTF-8 text; iconv/),
  });
  expect((await place.run("--skip-invalid")).code).toBe(1);
  expect(place.says()).toEqual(["invalid-row", "echo good"]);
});

it("adds no column twice, also to rows that are streamed or exported", async () => {
  await using place = await Workplace.open();
  place.write("in.jsonl", '{"question":"q1"}\n{"question":"q2","status":"mine"}\n');
  const taken = /^in\.jsonl: line 2 has a column "status" already; --prefix/;
  const streamed = await place.run("--format", "rows", "--stream-input");
  expect(streamed).toMatchObject({ code: 2, stderr: expect.stringMatching(taken) });
  const twice = await place.run("--format", "rows", "--answer-column", "error");
  expect(twice).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^--answer-column error is the name/),
  });
  expect(place.provider.received).toEqual([]);

  await place.run();
  const asRows = ["export", "out.jsonl", "--format", "rows", "--input", "in.jsonl", "-o", "rows.jsonl"];
  const plain = await place.sluice(asRows);
  expect(plain).toMatchObject({ code: 2, stderr: expect.stringMatching(taken) });
  await place.sluice([...asRows, "--prefix", "ai_", "--answer-column", "label"]);
  expect(place.read("rows.jsonl")).toMatch(
    /^.*\n\{"question":"q2","status":"mine","label":"echo q2","ai_status"/,
  );
});

it("sends a parameter with all the digits that were typed", async () => {
  await using place = await Workplace.open();
  const [request] = await sent(place, "in.jsonl", '"hi"\n', "-m", "m", "--param", "seed=9007199254740993");
  expect(request).toContain('"seed":9007199254740993}');
  const given = '{"model":"m","messages":[],"seed":9007199254740993}';
  expect(await sent(place, "own.jsonl", `${given}\n`, "--param", "seed=9007199254740993")).toEqual([
    `/v1/chat/completions ${given}`,
  ]);
});

it("writes OUTPUT anew where other names are given to the added columns", async () => {
  await using place = await Workplace.open();
  place.questions("q1");
  await place.run("--format", "rows");
  place.questions("q1", "q2");
  await place.run("--format", "rows", "--prefix", "ai_", "--answer-column", "label");

  expect(place.provider.prompts()).toEqual(["q2"]);
  expect(place.read("out.jsonl")).toMatch(
    /^\{"question":"q1","label":"echo q1","ai_status".*\n\{"question":"q2","label":"echo q2","ai_status".*\n$/,
  );
});

it("exports rows that no run came to with their own ids and columns, and counts them", async () => {
  await using place = await Workplace.open();
  place.write("in.jsonl", ["a", "b"].map((id) => `{"custom_id":"${id}","question":"${id}"}\n`).join("\n"));
  await place.run("--limit", "1");

  const plain = await place.sluice(["export", "out.jsonl", "-o", "all.jsonl"]);
  expect(plain.stderr).toBe("2 rows written, 1 of them without an answer\n");
  expect(place.lines("all.jsonl").map(({ custom_id }) => custom_id)).toEqual(["a", "b"]);
  expect(place.says("all.jsonl")).toEqual(["echo a", "not-sent"]);
  await place.sluice(["export", "out.jsonl", "--format", "rows", "--input", "in.jsonl", "-o", "rows.jsonl"]);
  expect(place.read("rows.jsonl")).toMatch(
    /^.*\n\{"custom_id":"b","question":"b","response":null,"status":"unsent"/,
  );
});

it("exports a line of text as text, also where it looks like JSON", async () => {
  await using place = await Workplace.open();
  place.write("in.txt", '{"status":1}\n');
  await place.sluice(["run", "in.txt", "-o", "out.txt", "--base-url", place.provider.baseUrl, "-m", "m"]);
  await place.sluice(["export", "out.txt", "--format", "rows", "--input", "in.txt", "-o", "rows.jsonl"]);

  expect(place.read("rows.jsonl")).toMatch(/^\{"text":"\{\\"status\\":1\}","response":/);
});
