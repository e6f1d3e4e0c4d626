/** Why no connection came about: nothing was sent, so the exchange may be sent again at no risk. */
export class ConnectFailure extends Error {
  override name = "ConnectFailure";
  readonly code: string;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Node's codes for the name service, and for the two limits on open files. */
const DNS_CODES: ReadonlySet<string> = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EAI_NODATA",
  "EAI_NONAME",
]);
const FILE_LIMIT_CODES: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);

/** OpenSSL's verification codes come without a common prefix (nodejs.org/api/tls.html, X509 certificate error codes). */
const CERTIFICATE_CODE = /CERT|CRL|ISSUER|SIGNATURE|HOSTNAME_MISMATCH|^ERR_TLS|^ERR_SSL|^EPROTO$/;

/** Names what failed, where, and the remedy. `address` is host:port; `handshaking` once TCP had connected. */
export function describeConnectError(error: unknown, address: string, handshaking: boolean): ConnectFailure {
  const cause = errorCode(error);
  if (FILE_LIMIT_CODES.has(cause)) return outOfFiles(address, cause, error);
  if (DNS_CODES.has(cause)) {
    const host = address.slice(0, address.lastIndexOf(":"));
    const message = `the name ${host} could not be resolved (${cause}); check the base URL and the network`;
    return new ConnectFailure("dns", message, error);
  }
  if (handshaking || CERTIFICATE_CODE.test(cause)) {
    const message = `no TLS connection to ${address} (${cause}); check the base URL, and NODE_EXTRA_CA_CERTS for a private authority`;
    return new ConnectFailure("tls", message, error);
  }
  if (cause === "ECONNREFUSED") {
    const message = `nothing listens at ${address} (connection refused); check the base URL, or start the server`;
    return new ConnectFailure("connect-refused", message, error);
  }
  if (cause === "ETIMEDOUT") return connectTimeout(address, error);
  const message = `no connection to ${address} (${cause}); check the base URL and the network`;
  return new ConnectFailure("connect-failed", message, error);
}

/** The address did not answer in time. */
export function connectTimeout(address: string, cause?: unknown): ConnectFailure {
  const message = `${address} did not answer the connection in time; check the base URL, the network and any proxy`;
  return new ConnectFailure("connect-timeout", message, cause);
}

/** The peer is there, but does not speak the protocol asked for. */
export function wrongProtocol(address: string, wanted: string): ConnectFailure {
  return new ConnectFailure(
    "wrong-protocol",
    `${address} does not offer ${wanted}; choose the other HTTP version`,
  );
}

/** `code` of a Node error, else its name. */
export function errorCode(error: unknown): string {
  if (typeof error !== "object" || error === null) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.name : "unknown";
}

function outOfFiles(address: string, cause: string, error: unknown): ConnectFailure {
  const message = `no file descriptor left for a connection to ${address} (${cause}); raise ulimit -n or lower --max-concurrent`;
  return new ConnectFailure("out-of-file-descriptors", message, error);
}
