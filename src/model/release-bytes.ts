/**
 * Gives memory outside V8's heap back at once: its collector would find it only when the heap itself has grown. Only
 * for bytes that are all of their buffer; nobody may use them afterwards.
 */
export function releaseBytes(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength) buffer.transfer(0);
}
