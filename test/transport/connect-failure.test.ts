import { expect, test } from "vitest";
import { describeConnectError } from "../../src/transport/connect-failure.ts";
import { createTransport } from "../../src/transport/index.ts";
import { virtualClock } from "../support/virtual-clock.ts";

function nodeError(code: string): Error {
  return Object.assign(new Error(`raw text of ${code}`), { code });
}

test.each([
  ["ECONNREFUSED", "connect-refused"],
  ["ENOTFOUND", "dns"],
  ["EAI_AGAIN", "dns"],
  ["EMFILE", "out-of-file-descriptors"],
  ["ENFILE", "out-of-file-descriptors"],
  ["ETIMEDOUT", "connect-timeout"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "tls"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "tls"],
  ["EHOSTUNREACH", "connect-failed"],
])("%s is counted as %s, names the host, and repeats no raw text", (code, expected) => {
  const failure = describeConnectError(nodeError(code), "api.example.com:443", false);
  expect(failure.code).toBe(expected);
  expect(failure.message).toContain("api.example.com");
  expect(failure.message).not.toContain("raw text");
});

test("a reset during the handshake is a TLS failure", () => {
  expect(describeConnectError(nodeError("ECONNRESET"), "api.example.com:443", true).code).toBe("tls");
});

test.each([
  [{ origin: "api.x.ai" }, /"api.x.ai"/],
  [{ origin: "ftp://api.x.ai" }, /http:\/\/ or https:\/\//],
  [{ origin: "https://api.x.ai", maxConnections: 0 }, /maxConnections/],
  [{ origin: "https://api.x.ai", maxBodyBytes: 1.5 }, /maxBodyBytes/],
])("options that cannot be are refused by name: %j", (options, message) => {
  expect(() => createTransport({ clock: virtualClock(), ...options })).toThrow(message);
});
