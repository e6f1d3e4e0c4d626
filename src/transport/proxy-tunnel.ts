import { request as requestOverTls } from "node:https";
import type { Socket } from "node:net";
import { ConnectFailure, errorCode } from "./connect-failure.ts";
import { request as requestOverTcp } from "./node-http.ts";

/** What can be given up. */
export interface Opening {
  destroy(): unknown;
}

/**
 * Asks a proxy for a tunnel to `target` (host:port) and hands over its socket, or says why there is none (RFC 9110,
 * section 9.3.6). Nothing but the target's name and the proxy's own credentials reaches the proxy.
 */
export function openTunnel(
  proxy: URL,
  target: string,
  done: (result: Socket | ConnectFailure) => void,
): Opening {
  const request = proxy.protocol === "https:" ? requestOverTls : requestOverTcp;
  const connecting = request({
    host: proxy.hostname.replace(/^\[|\]$/g, ""),
    port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
    method: "CONNECT",
    path: target,
    headers: { host: target, ...credentials(proxy) },
    agent: false,
  });
  connecting.once("connect", ({ statusCode = 0 }, socket: Socket) => {
    if (statusCode >= 200 && statusCode < 300) {
      done(socket);
      return;
    }
    socket.destroy();
    done(failure(proxy, `refused the way to ${target} (HTTP ${statusCode})`));
  });
  connecting.once("response", ({ statusCode = 0 }) => {
    connecting.destroy();
    done(failure(proxy, `refused the way to ${target} (HTTP ${statusCode})`));
  });
  connecting.on("error", (error) => done(failure(proxy, `cannot be reached (${errorCode(error)})`, error)));
  connecting.end();
  return connecting;
}

function credentials({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** Names the proxy without its credentials. */
function failure({ host }: URL, problem: string, cause?: unknown): ConnectFailure {
  return new ConnectFailure("proxy", `the proxy ${host} ${problem}; check HTTPS_PROXY and NO_PROXY`, cause);
}
