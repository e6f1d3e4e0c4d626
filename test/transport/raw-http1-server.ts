import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Peer, Script, ScriptedServer } from "./peer.ts";

/** An HTTP/1.1 server that writes literal bytes. It understands what our client sends, and no more. */
export async function startRawHttp1(script: Script): Promise<ScriptedServer> {
  let received = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    let pending = Buffer.alloc(0);
    socket.on("data", (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (let taken = takeRequest(pending); taken !== null; taken = takeRequest(pending)) {
        pending = pending.subarray(taken.bytes);
        script(peerOn(socket, received++, taken.path));
      }
    });
  });
  const port = await listen(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    received: () => received,
    close: () => closeServer(server, sockets),
  };
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

export async function closeServer(server: Server, sockets: Iterable<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

function takeRequest(bytes: Buffer): { bytes: number; path: string } | null {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd === -1) return null;
  const head = bytes.subarray(0, headEnd).toString("latin1");
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  const total = headEnd + 4 + length;
  return bytes.length < total ? null : { bytes: total, path: head.split(" ")[1] ?? "" };
}

function peerOn(socket: Socket, index: number, path: string): Peer {
  let chunked = false;
  return {
    index,
    path,
    interim: (status) => socket.write(`HTTP/1.1 ${status} Wait\r\n\r\n`),
    head(status, fields = []) {
      chunked =
        status !== 204 && !fields.some(([name]) => name === "content-length" || name === "connection");
      const framing = chunked ? "transfer-encoding: chunked\r\n" : "";
      const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
      socket.write(`HTTP/1.1 ${status} Fine\r\n${lines}${framing}\r\n`, "latin1");
    },
    data(data) {
      const bytes = Buffer.from(data);
      if (chunked) socket.write(`${bytes.length.toString(16)}\r\n`);
      socket.write(bytes);
      if (chunked) socket.write("\r\n");
    },
    end() {
      if (chunked) socket.write("0\r\n\r\n");
    },
    hangUp: () => socket.end(),
    reset: () => socket.resetAndDestroy(),
  };
}
