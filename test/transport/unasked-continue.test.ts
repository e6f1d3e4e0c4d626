import { expect, test } from "vitest";
import { passOverContinue } from "../../src/transport/unasked-continue.ts";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const HINTS = "HTTP/1.1 103 Continue\r\n\r\n";
const ANSWER = "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 100 in a body\r\n\r\n";

test.each([
  ["", "", 0],
  [ANSWER, ANSWER, 0],
  [CONTINUE, HINTS, CONTINUE.length],
  [`${CONTINUE}${CONTINUE}${ANSWER}`, `${HINTS}${HINTS}${ANSWER}`, 2 * CONTINUE.length],
  [`${HINTS}${CONTINUE}${ANSWER}`, `${HINTS}${HINTS}${ANSWER}`, 2 * CONTINUE.length],
  ["HTTP/1.1 101 Switching\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n", 0],
  ["HTTP/1.1 100 Con", "HTTP/1.1 103 Con", 16],
  ["HTTP/1.1 1", "HTTP/1.1 1", 0],
])("%j becomes %j", (before, after, length) => {
  const bytes = Buffer.from(before);
  expect(passOverContinue(bytes)).toBe(length);
  expect(bytes.toString()).toBe(after);
});
