/** The one server all contenders of a benchmark talk to, in a process of its own: `main.ts h1|h2`, told by IPC. */
import { Desk, type Manner } from "./desk.ts";
import { createHttp1Server } from "./http1.ts";
import { createHttp2Server } from "./http2.ts";

const desk = new Desk();
const server = process.argv[2] === "h2" ? createHttp2Server(desk) : createHttp1Server(desk);
process.on("message", ({ manner }: { manner: Manner | null }) => {
  if (manner !== null) desk.set(manner);
  process.send?.(desk.figures());
});
process.on("disconnect", () => process.exit());
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  const address = server.address();
  process.send?.(typeof address === "object" ? address?.port : null);
});
