import { createServer, type Server, type Socket } from "node:net";

/** What a hostile provider does to one request, byte for byte. */
export type Hostility = (socket: Socket) => void;

export interface HostileProvider {
  baseUrl: string;
  close(): Promise<void>;
}

/** A provider that is hostile to some prompts and answers the others; each prompt stands between two bars. */
export async function startHostileProvider(
  hostilities: Readonly<Record<string, Hostility>>,
): Promise<HostileProvider> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("close", () => sockets.delete(socket)).on("error", () => {}));
    let seen = "";
    socket.on("data", (bytes) => {
      seen += bytes.toString("latin1");
      const length = /content-length: (\d+)\r\n/i.exec(seen)?.[1];
      const headEnd = seen.indexOf("\r\n\r\n");
      if (headEnd === -1 || seen.length < headEnd + 4 + Number(length)) return;
      const prompt = /\|([^|]+)\|/.exec(seen)?.[1] ?? "";
      seen = "";
      const hostility = Object.hasOwn(hostilities, prompt) ? hostilities[prompt] : undefined;
      if (hostility === undefined) respond(socket, answerWith({ text: `echo ${prompt}` }));
      else hostility(socket);
    });
  });
  const port = await listening(server);
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A whole response with a body of one piece. */
export function respond(
  socket: Socket,
  body: string | Uint8Array,
  { status = "200 OK", headers = [] }: { status?: string; headers?: readonly string[] } = {},
): void {
  const bytes = Buffer.from(body);
  const lines = [
    `HTTP/1.1 ${status}`,
    "content-type: application/json",
    `content-length: ${bytes.length}`,
    ...headers,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  socket.write(bytes);
}

/** Writes one piece for ever, as fast as it is taken. */
export function endless(socket: Socket, beginning: string, piece: string | Uint8Array): void {
  socket.write(beginning);
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on("drain", more);
  more();
}

/** The same, a little at a time. */
export function trickle(socket: Socket, beginning: string, piece: string): void {
  socket.write(beginning);
  const timer = setInterval(() => socket.write(piece), 10);
  socket.on("close", () => clearInterval(timer));
}

/** A chat completion; `over` lies over it, as text so that any JSON can be said. */
export function answerWith({ text = "hello", over = "" }: { text?: string; over?: string }): string {
  const choices = JSON.stringify([
    { index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" },
  ]);
  const usage = `"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}`;
  return `{"id":"chatcmpl-1","object":"chat.completion","model":"m","choices":${choices},${usage}${over === "" ? "" : `,${over}`}}`;
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
