import { lstatSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { type ControlAnswer, type ControlQuestion, readLine, writeLine } from "./control-words.ts";

/** Only who may write to the socket may connect. */
const OWNER_ONLY = 0o600;

export interface ControlServer {
  close(): void;
}

/**
 * Lets other processes of the same user ask a run. Call it while the ledger's lock is held: a socket that a killed
 * process left behind is then nobody's. Null where no socket can be made; the run goes on without one.
 */
export async function serveControl(
  address: string,
  answer: (question: ControlQuestion) => Promise<ControlAnswer>,
): Promise<ControlServer | null> {
  removeAbandoned(address);
  const server = createServer({ allowHalfOpen: true }, (socket) => void serve(socket, answer));
  const isListening = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(address, () => resolve(true));
  });
  if (!isListening) return null;
  // A run that is over ends its process, whoever still asks.
  server.unref();
  await chmod(address, OWNER_ONLY).catch(() => {});
  return { close: () => void server.close() };
}

async function serve(
  socket: Socket,
  answer: (question: ControlQuestion) => Promise<ControlAnswer>,
): Promise<void> {
  socket.unref();
  socket.on("error", () => {});
  const question = questionOf(await readLine(socket));
  writeLine(
    socket,
    question === null ? { refused: "this Sluice does not know that question" } : await answer(question),
  );
}

function questionOf(words: unknown): ControlQuestion | null {
  if (typeof words !== "object" || words === null || !("ask" in words)) return null;
  if (words.ask === "snapshot") return { ask: "snapshot" };
  if (words.ask !== "tune" || !("tuning" in words)) return null;
  const { tuning } = words;
  return typeof tuning === "object" && tuning !== null ? { ask: "tune", tuning } : null;
}

function removeAbandoned(address: string): void {
  if (lstatSync(address, { throwIfNoEntry: false })?.isSocket()) rmSync(address, { force: true });
}
