import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import {
  answerWith,
  endless,
  type Hostility,
  respond,
  startHostileProvider,
  trickle,
} from "./hostile-provider.ts";
import { sluice } from "./sluice-process.ts";
import type { OutputLine } from "./workplace.ts";

const ESCAPES = "\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e\u0000";
const ESCAPED = JSON.stringify(ESCAPES).slice(1, -1);
const MEGABYTE = Buffer.alloc(1024 * 1024, 0x61);
const BOMB = gzipSync(Buffer.alloc(300 * 1024 * 1024));
const GZIP = { headers: ["content-encoding: gzip"] };

/** Each with what OUTPUT says of its row: an answer, "HTTP 422", or the error's code. */
const HOSTILITIES: Readonly<Record<string, [Hostility, string]>> = {
  "endless headers": [
    (socket) => endless(socket, "HTTP/1.1 200 OK\r\n", "x-a: aaaaaaaaaaaaaaaa\r\n"),
    "head-too-large",
  ],
  "one endless header": [(socket) => endless(socket, "HTTP/1.1 200 OK\r\nx: ", MEGABYTE), "head-too-large"],
  "an endless status line": [(socket) => trickle(socket, "HTTP/1.1 200 ", "a"), "timeout"],
  "informational responses without end": [
    (socket) => endless(socket, "", "HTTP/1.1 102 Processing\r\nx: y\r\n\r\n"),
    "bad-response",
  ],
  "an endless body in chunks": [
    (socket) =>
      endless(
        socket,
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        Buffer.concat([Buffer.from("100000\r\n"), MEGABYTE, Buffer.from("\r\n")]),
      ),
    "too-large",
  ],
  "an endless body up to the close": [
    (socket) => endless(socket, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n", MEGABYTE),
    "too-large",
  ],
  "an endless chunk extension": [
    (socket) => trickle(socket, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;", "a"),
    "timeout",
  ],
  "ten gigabytes promised": [
    (socket) => void socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10737418240\r\n\r\n{"),
    "too-large",
  ],
  "a gzip bomb": [(socket) => respond(socket, BOMB, GZIP), "too-large"],
  "a gzip bomb in an error": [(socket) => respond(socket, BOMB, { ...GZIP, status: "422 No" }), "HTTP 422"],
  "a coding of many layers": [
    (socket) => respond(socket, "x", { headers: [`content-encoding: ${"gzip, ".repeat(2000)}gzip`] }),
    "bad-encoding",
  ],
  "two lengths": [
    (socket) => respond(socket, answerWith({}), { headers: ["content-length: 7"] }),
    "content-length",
  ],
  "a length below nothing": [
    (socket) => void socket.end("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}"),
    "bad-response",
  ],
  "a status that is none": [(socket) => respond(socket, "{}", { status: "99999 No" }), "bad-response"],
  "no HTTP at all": [(socket) => void socket.end("SSH-2.0-OpenSSH_9.6\r\n"), "bad-response"],
  "a switch to another protocol": [
    (socket) => void socket.write("HTTP/1.1 101 Switching\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n"),
    "closed",
  ],
  "two answers for one": [
    (socket) => {
      respond(socket, answerWith({ text: "first" }));
      respond(socket, answerWith({ text: "a stranger's" }));
    },
    "first",
  ],
  "broken UTF-8": [
    (socket) => respond(socket, Buffer.from(answerWith({ text: "broken ÿþ end" }), "latin1")),
    "not-json",
  ],
  "huge numbers": [
    (socket) =>
      respond(
        socket,
        answerWith({
          text: "huge",
          over: `"usage":{"prompt_tokens":1e400,"completion_tokens":-1e400,"total_tokens":1e308,"cost_in_usd_ticks":1e300},"created":${"9".repeat(5000)}`,
        }),
      ),
    "huge",
  ],
  "keys of Object": [
    (socket) =>
      respond(
        socket,
        answerWith({
          text: "keys",
          over: `"__proto__":{"choices":[],"error":"polluted"},"constructor":{"prototype":{"polluted":1}},"usage":{"__proto__":{"total_tokens":7}}`,
        }),
      ),
    "keys",
  ],
  "deep nesting": [
    (socket) =>
      respond(socket, answerWith({ text: "deep", over: `"x":${"[".repeat(50_000)}${"]".repeat(50_000)}` })),
    "deep",
  ],
  "escape codes in an answer": [
    (socket) =>
      respond(
        socket,
        answerWith({ text: `calm${ESCAPES}`, over: `"id":"${ESCAPED}","model":"${ESCAPED}"` }),
        {
          headers: [`x-request-id: a\u0090"b`, "x-ratelimit-limit-requests: \u009b2J"],
        },
      ),
    `calm${ESCAPES}`,
  ],
  "escape codes in an error": [
    (socket) =>
      respond(socket, `{"error":{"message":"bad ${ESCAPED}","code":"${ESCAPED}"}}`, { status: "422 No" }),
    "HTTP 422",
  ],
  "escape codes beside HTTP": [
    (socket) => respond(socket, `<h1>${ESCAPES}</h1>`, { status: `400 ${ESCAPES.replaceAll("\u0000", "")}` }),
    "HTTP 400",
  ],
  "a header with a NUL": [
    (socket) => respond(socket, answerWith({}), { headers: ["x-request-id: a\u0000b"] }),
    "content-length",
  ],
  "a line break in an id": [
    (socket) =>
      respond(socket, answerWith({ text: "id" }), { headers: ["x-request-id: a\\r\\nset-cookie: b=c"] }),
    "id",
  ],
};

/** Prints on the way out how much memory the process held at most, in kilobytes. */
const PEAK = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => console.error("peak " + process.resourceUsage().maxRSS))',
)}`;

it("loses one row to each hostility of a provider, not the run, nor memory, nor the terminal", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-hostile-"));
  const provider = await startHostileProvider(
    Object.fromEntries(Object.entries(HOSTILITIES).map(([name, [hostility]]) => [name, hostility])),
  );
  const names = Object.keys(HOSTILITIES).flatMap((name) => [name, `fine beside ${name}`]);
  writeFileSync(
    join(folder, "in.jsonl"),
    names.map((name) => `{"__proto__":{"q":"polluted"},"constructor":1,"q":"|${name}|"}\n`).join(""),
  );
  const args = [
    "--base-url",
    provider.baseUrl,
    "-m",
    "m",
    "--prompt",
    "{{ q }}",
    "--max-attempts",
    "1",
    "--timeout",
    "8s",
  ];
  const ended = await sluice(["run", "in.jsonl", "-o", "out.jsonl", ...args, "-j", "8", "--json"], {
    cwd: folder,
    env: { NODE_OPTIONS: `--import=${PEAK}` },
  });
  const status = await sluice(["status", "out.jsonl"], { cwd: folder });
  await provider.close();
  const lines = readFileSync(join(folder, "out.jsonl"), "utf8").trimEnd().split("\n");
  const says = lines.map((line) => sayOf(JSON.parse(line)));

  expect(ended.code).toBe(1);
  expect(Object.fromEntries(names.map((name, index) => [name, says[index]]))).toEqual(
    Object.fromEntries(
      Object.entries(HOSTILITIES).flatMap(([name, [, said]]) => [
        [name, said],
        [`fine beside ${name}`, `echo fine beside ${name}`],
      ]),
    ),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  const dangerous = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
  for (const text of [ended.stderr, ended.stdout, status.stdout, status.stderr])
    expect(text).not.toMatch(dangerous);
  expect(JSON.parse(ended.stdout)).toMatchObject({ rows: names.length });
  const peakMegabytes = Number(/peak (\d+)/.exec(ended.stderr)?.[1]) / 1024;
  expect(peakMegabytes).toBeLessThan(600);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function sayOf({ response, error }: OutputLine): string {
  if (response === null) return error?.code ?? "nothing";
  if (response.status_code !== 200) return `HTTP ${response.status_code}`;
  const { choices } = response.body as { choices?: { message?: { content?: string } }[] };
  return choices?.[0]?.message?.content ?? "no text";
}
