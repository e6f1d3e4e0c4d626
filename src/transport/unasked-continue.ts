/** "HTTP/1.1 1", and two digits more; 101 is no head that announces another one. */
const INTERIM = /^HTTP\/1\.1 1(?!01)\d\d/;
const STATUS_END = "HTTP/1.1 100".length;
const HEAD_END = "\r\n\r\n";

/**
 * A server may send "100 Continue" although nobody asked (RFC 9110, 15.2), and undici breaks the connection over it.
 * Where `bytes` begin with such heads they are made into "103" in place, which it passes over. Returns how many bytes
 * the heads take that announce another one.
 */
export function passOverContinue(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let start = 0; ; ) {
    const status = buffer.toString("latin1", start, start + STATUS_END);
    if (!INTERIM.test(status)) return start;
    if (status.endsWith("100")) buffer.write("3", start + STATUS_END - 1);
    const end = buffer.indexOf(HEAD_END, start);
    if (end === -1) return buffer.length;
    start = end + HEAD_END.length;
  }
}
