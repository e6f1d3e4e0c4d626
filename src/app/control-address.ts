import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The longest path of a Unix socket on every system: 104 bytes on macOS (sys/un.h), the terminator included. */
const LONGEST_SOCKET_PATH = 103;
const ENDING = ".sock";

/**
 * Where a run that holds this ledger listens: a socket beside the ledger, in the folder for temporary files where
 * that path is too long, a named pipe on Windows. `ledger` is the ledger's real path.
 */
export function controlAddress(ledger: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === "win32") return `\\\\.\\pipe\\${nameOf(ledger)}`;
  const sibling = ledger + ENDING;
  return Buffer.byteLength(sibling) <= LONGEST_SOCKET_PATH
    ? sibling
    : join(tmpdir(), nameOf(ledger) + ENDING);
}

function nameOf(ledger: string): string {
  return `sluice-${createHash("sha256").update(ledger).digest("hex").slice(0, 16)}`;
}
