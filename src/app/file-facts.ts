import { open, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** How every SQLite file begins (sqlite.org/fileformat.html). */
const SQLITE_MAGIC = "SQLite format 3\0";

export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

export async function sizeOf(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.size ?? null;
}

/** True where the file system has no room for such a name (255 bytes, most often). */
export async function isNameTooLong(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === "ENAMETOOLONG",
  );
}

/** True for an SQLite file, such as a ledger, whatever its name. */
export async function isDatabase(path: string): Promise<boolean> {
  if (!(await isFile(path))) return false;
  await using handle = await open(path, "r");
  const { buffer } = await handle.read(Buffer.alloc(SQLITE_MAGIC.length), 0, SQLITE_MAGIC.length, 0);
  return buffer.toString("latin1") === SQLITE_MAGIC;
}

/** True when two spellings name one place, whether or not a file is there yet. */
export async function isSamePlace(one: string, other: string): Promise<boolean> {
  return (await placeOf(one)) === (await placeOf(other));
}

async function placeOf(path: string): Promise<string> {
  const there = await realpath(path).catch(() => null);
  if (there !== null) return there;
  const folder = await realpath(dirname(path)).catch(() => resolve(dirname(path)));
  return join(folder, basename(path));
}
