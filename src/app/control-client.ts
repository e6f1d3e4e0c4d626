import { connect } from "node:net";
import { type ControlAnswer, type ControlQuestion, readLine, writeLine } from "./control-words.ts";

/** A run answers between two turns of its loop; one that does not is stuck or stopped (Ctrl-Z). */
const PATIENCE_MS = 5000;

/** Asks the run that listens there; null when none does, or it does not answer. */
export async function askRun(address: string, question: ControlQuestion): Promise<ControlAnswer | null> {
  const socket = connect({ path: address, allowHalfOpen: true });
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.on("error", () => {});
  writeLine(socket, question);
  const words = await readLine(socket);
  socket.destroy();
  return isAnswer(words) ? words : null;
}

/** Another version at the other end is the exception; the shape of its snapshot is taken on trust. */
function isAnswer(words: unknown): words is ControlAnswer {
  return typeof words === "object" && words !== null && ("snapshot" in words || "refused" in words);
}
