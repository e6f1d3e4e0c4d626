import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { expect, it } from "vitest";
import { fail, type Respond } from "./fake-provider.ts";
import type { Ended } from "./sluice-process.ts";
import { Workplace } from "./workplace.ts";

/** Of a form that no pattern knows: only who holds the key can tell it from other words. */
const KEY = "Zq7unmistakableKEYvalue0001";
const PROMPT = "Zq7prompt-that-stays-in-INPUT";
const SYSTEM = "Zq7system-that-stays-in-the-command";
const PASSWORD = "Zq7proxyPASSWORD";
const SECRETS = [KEY, PROMPT, SYSTEM, PASSWORD, Buffer.from(`me:${PASSWORD}`).toString("base64")];

const ENV = { MY_KEY: KEY, SLUICE_DEBUG: "1" };
const OPTIONS = ["--api-key-env", "MY_KEY", "--system", SYSTEM, "--max-attempts", "1", "--json"];

const answers: Respond = (_, response) =>
  fail(response, 200, {
    choices: [{ message: { role: "assistant", content: "fine" }, finish_reason: "stop" }],
  });
const refuses =
  (status: number, message: string): Respond =>
  (_, response) =>
    fail(response, status, { error: { message } });
/** As some providers do. What they send is kept as it came; what is said of it is another matter. */
const repeatsKey: Respond = ({ headers }, response) =>
  fail(response, 401, { error: { message: `Incorrect API key provided: ${headers.authorization}` } });

/** Every secret that a stream of the program or a file beside INPUT holds, and where. */
function leaksOf(place: Workplace, { stdout, stderr }: Ended): string[] {
  const texts: [string, string][] = [
    ["stdout", stdout],
    ["stderr", stderr],
    ...place
      .files()
      .filter((name) => name !== "in.jsonl" && !name.endsWith(".sock"))
      .map((name): [string, string] => [name, readFileSync(place.path(name), "latin1")]),
  ];
  return texts.flatMap(([where, text]) =>
    SECRETS.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${where}`),
  );
}

it.each<[string, Respond, number, string[]]>([
  ["answers", answers, 0, []],
  ["a wrong key", refuses(401, "Incorrect API key"), 3, []],
  ["a blocked team", refuses(403, "The team is blocked"), 3, []],
  ["a bad request", refuses(400, "Invalid request"), 1, []],
  ["a failure", refuses(500, "boom"), 1, []],
  ["page of HTML", (_, response) => void response.end("<html>hello</html>"), 1, []],
  ["our own timeout", () => {}, 1, ["--timeout", "300ms"]],
  ["a broken connection", (_, response) => void response.socket?.destroy(), 1, []],
])("keeps key and prompts to itself through %s", async (_, respond, code, more) => {
  await using place = await Workplace.open(respond);
  place.questions(PROMPT, `${PROMPT} two`);
  const ended = await place.sluice(["run", "in.jsonl", ...place.usual, ...OPTIONS, ...more], { env: ENV });

  expect(place.provider.received[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  expect({ code: ended.code, leaks: leaksOf(place, ended) }).toEqual({ code, leaks: [] });
});

it("says what a provider says without the key that it repeats", async () => {
  await using place = await Workplace.open(repeatsKey);
  place.questions(PROMPT);
  const { code, stderr, stdout } = await place.sluice(["run", "in.jsonl", ...place.usual, ...OPTIONS], {
    env: ENV,
  });

  expect(code).toBe(3);
  expect(stderr).toContain("Incorrect API key provided: [key]");
  expect(stdout + stderr).not.toContain(KEY);
});

it("keeps them to itself through a kill, with ledger and write-ahead log left behind", async () => {
  await using place = await Workplace.open((request, response) => {
    if (request.number === 1) answers(request, response);
  });
  place.questions(PROMPT, `${PROMPT} two`);
  const { child, ended } = place.start(["run", "in.jsonl", ...place.usual, ...OPTIONS], { env: ENV });
  await place.provider.arrivals(2);
  child.kill("SIGKILL");

  expect(place.files()).toContain("out.jsonl.ledger-wal");
  expect(leaksOf(place, await ended)).toEqual([]);
});

it("keeps them to itself when it breaks, and tells where", async () => {
  await using place = await Workplace.open(answers);
  place.questions(PROMPT);
  const breaking = `data:text/javascript,${encodeURIComponent(
    "JSON.parse = new Proxy(JSON.parse, { apply(parse, self, [text, ...rest]) {" +
      " if (String(text).includes('fine')) throw new Error('broken on purpose'); return parse(text, ...rest); } });",
  )}`;
  const ended = await place.sluice(["run", "in.jsonl", ...place.usual, ...OPTIONS], {
    env: { ...ENV, NODE_OPTIONS: `--import=${breaking}` },
  });

  expect(ended.code).not.toBe(0);
  expect(leaksOf(place, ended)).toEqual([]);
});

it("keeps key, prompts and the proxy's password to itself where the proxy refuses", async () => {
  await using place = await Workplace.open(answers);
  place.questions(PROMPT);
  const asked: string[] = [];
  const first = Promise.withResolvers<void>();
  const proxy = createServer((socket) =>
    socket
      .on("error", () => {})
      .on("data", (bytes) => {
        asked.push(bytes.toString("latin1"));
        first.resolve();
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      }),
  );
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  const args = ["run", "in.jsonl", "-o", "out.jsonl", "--base-url", "https://api.invalid/v1", "-m", "m"];
  const running = place.start([...args, "--prompt", "{{ question }}", ...OPTIONS], {
    env: { ...ENV, HTTPS_PROXY: `http://me:${PASSWORD}@127.0.0.1:${port}` },
  });
  await first.promise;
  running.child.kill("SIGINT");
  const ended = await running.ended;
  await new Promise((resolve) => proxy.close(resolve));

  expect(asked[0]).toContain(`Basic ${Buffer.from(`me:${PASSWORD}`).toString("base64")}`);
  expect(asked.join("")).not.toContain(KEY);
  expect({ code: ended.code, leaks: leaksOf(place, ended) }).toEqual({ code: 130, leaks: [] });
});
