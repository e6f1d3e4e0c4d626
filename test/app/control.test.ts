import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askRun } from "../../src/app/control-client.ts";
import { serveControl } from "../../src/app/control-server.ts";

let folder = "";
let address = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-control-"));
  address = join(folder, "a.ledger.sock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refusing = async (question: unknown) => ({ refused: JSON.stringify(question) });

describe("a running run", () => {
  it("answers each question that comes, several at once", async () => {
    const server = await serveControl(address, refusing);
    const answers = await Promise.all(
      [1, 2, 3].map((rps) => askRun(address, { ask: "tune", tuning: { rps } })),
    );
    expect(answers).toEqual(
      [1, 2, 3].map((rps) => ({ refused: JSON.stringify({ ask: "tune", tuning: { rps } }) })),
    );
    server?.close();
  });

  it.each(["no json\n", "{}\n", '{"ask":"tune"}\n', '{"ask":"money"}\n', "half a li"])(
    "refuses %j and goes on",
    async (words) => {
      const server = await serveControl(address, refusing);
      const said = await new Promise<string>((resolve) => {
        let text = "";
        const socket = connect({ path: address, allowHalfOpen: true });
        socket.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        socket.on("end", () => resolve(text));
        socket.end(words);
      });
      expect(JSON.parse(said)).toEqual({ refused: "this Sluice does not know that question" });
      expect(await askRun(address, { ask: "snapshot" })).toEqual({ refused: '{"ask":"snapshot"}' });
      server?.close();
    },
  );

  it("takes the place of one that was killed", async () => {
    const killed = createServer();
    await new Promise<void>((resolve) => killed.listen(address, resolve));
    const server = await serveControl(address, refusing);
    expect(await askRun(address, { ask: "snapshot" })).toEqual({ refused: '{"ask":"snapshot"}' });
    server?.close();
    killed.close();
  });

  it("does without where something else has that name, and leaves it alone", async () => {
    writeFileSync(address, "mine");
    expect(await serveControl(address, refusing)).toBeNull();
    expect(existsSync(address)).toBe(true);
  });
});

describe("whoever asks", () => {
  it("is told when nobody is there", async () => {
    expect(await askRun(address, { ask: "snapshot" })).toBeNull();
  });

  it("is not fooled by somebody who says something else", async () => {
    const stranger = createServer((socket) => socket.end("hello\n"));
    await new Promise<void>((resolve) => stranger.listen(address, resolve));
    expect(await askRun(address, { ask: "snapshot" })).toBeNull();
    stranger.close();
  });
});
