import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../model/errors.ts";
import type { Source, SourceKind } from "../model/source.ts";
import { FileSource } from "./file-source.ts";
import { inspectFirstBytes } from "./first-bytes.ts";

export interface SpoolOptions {
  kind: SourceKind;
  /** Where the temporary file lies; default the system's own place for such files. */
  directory?: string;
}

/**
 * Keeps all of standard input in a temporary file, so that it can be read at the door and again when rows
 * are sent. The file is gone at `close()`; where the system allows it, it has no name even before.
 */
export function spoolStandardInput(
  stream: AsyncIterable<Uint8Array | string>,
  options: SpoolOptions,
): Promise<Source> {
  return spool(stream, { ...options, name: "stdin" });
}

export async function spool(
  stream: AsyncIterable<Uint8Array | string>,
  options: SpoolOptions & { name: string },
): Promise<Source> {
  const folder = await mkdtemp(join(options.directory ?? tmpdir(), "sluice-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  let handle: FileHandle | null = null;
  try {
    handle = await open(join(folder, "input"), "wx+", 0o600);
    // An open file without a name cannot be left behind by a kill; Windows keeps names until the close.
    if (process.platform !== "win32") await remove();
    const bytes = await fill(handle, stream, options.name);
    const { start } = await inspectFirstBytes(handle, options.name);
    return new FileSource({
      name: options.name,
      kind: options.kind,
      handle,
      bytes,
      start,
      cleanUp: remove,
    });
  } catch (error) {
    await handle?.close();
    await remove();
    throw error;
  }
}

async function fill(
  handle: FileHandle,
  stream: AsyncIterable<Uint8Array | string>,
  name: string,
): Promise<number> {
  let bytes = 0;
  for await (const piece of stream) {
    const data = typeof piece === "string" ? Buffer.from(piece) : piece;
    try {
      await handle.writeFile(data);
    } catch (cause) {
      throw new UsageError(
        `${name} does not fit into ${tmpdir()}; point TMPDIR at a larger disk, or give INPUT as a file`,
        { cause },
      );
    }
    bytes += data.length;
  }
  return bytes;
}
