import { access, constants, open, readlink, realpath, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UsageError } from "../model/errors.ts";
import { errorCode } from "./persist.ts";

/**
 * Refuses an OUTPUT that cannot be written, before anything is paid. Throws `UsageError` in one sentence.
 * Pipes and devices (/dev/null) pass: they are written to as streams.
 * `input` is INPUT's path, or null when there is none (stdin). `mayCreate`: whether a file can be made is tried.
 */
export async function checkOutputWritable(
  path: string,
  input: string | null = null,
  mayCreate = true,
): Promise<void> {
  if (path === "") throw new UsageError("-o needs the path of a file, such as answers.jsonl");
  const facts = await stat(path).catch(refuseAllBut(path, "ENOENT"));
  if (facts === null) {
    const folder = await folderOf(path);
    return mayCreate ? tryToCreate(path, folder) : undefined;
  }
  if (facts.isDirectory()) {
    throw new UsageError(
      `output ${path} is a folder; name a file in it, such as ${path.replace(/\/*$/, "")}/answers.jsonl`,
    );
  }
  if (input !== null && (await isSameFile(path, input))) {
    throw new UsageError(`output ${path} is the input itself; choose another file with -o`);
  }
  await access(path, constants.W_OK).catch(refuseAllBut(path));
  if (facts.isFile()) await open(path, "r+").then((handle) => handle.close(), refuseAllBut(path));
}

/** True when OUTPUT is there and no ledger tells what it holds: it is not ours to overwrite. */
export async function outputExistsWithoutLedger(path: string, ledgerPath: string): Promise<boolean> {
  const output = await stat(path).catch(() => null);
  const ledger = await stat(ledgerPath).catch(() => null);
  // One without a byte was cut to nothing: it tells as little as none.
  return output?.isFile() === true && (ledger === null || ledger.size === 0);
}

/** True for pipes, sockets and devices: they cannot be cut or read back, so they have no position. */
export async function isSpecialFile(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => null);
  return facts !== null && !facts.isFile() && !facts.isDirectory();
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  try {
    if ((await realpath(one)) === (await realpath(other))) return true;
    const [a, b] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true })]);
    return a.isFile() && a.ino !== 0n && a.ino === b.ino && a.dev === b.dev;
  } catch {
    return false;
  }
}

async function folderOf(path: string): Promise<string> {
  const folder = dirname(path);
  if ((await stat(folder).catch(refuseAllBut(path, "ENOENT"))) === null) {
    throw new UsageError(`output ${path}: the folder ${folder} does not exist; create it first`);
  }
  return folder;
}

/** Only creating a file shows that it can be created: permissions do not tell of read-only or virtual folders. */
async function tryToCreate(path: string, folder: string): Promise<void> {
  // A symbolic link to a file that does not exist yet is a place like any other.
  const link = await readlink(path).catch(() => null);
  const place = link === null ? path : resolve(folder, link);
  const created = await open(place, "wx").catch(refuseAllBut(path, "EEXIST"));
  // Another run made it in this instant: not ours to remove, and the ledger's lock decides between the two.
  if (created === null) return;
  await created.close();
  await rm(place, { force: true });
}

/** For `catch`: null for the expected code, else the sentence. */
function refuseAllBut(path: string, expected?: string): (error: unknown) => null {
  return (error) => {
    const code = errorCode(error);
    if (code === expected) return null;
    const reason = REASONS[code] ?? code.toLowerCase();
    throw new UsageError(`output ${path} cannot be written: ${reason}; choose another file with -o`);
  };
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOENT: "no file can be created there",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its symbolic links lead in a circle",
  ENOSPC: "no space left on the device",
  ETXTBSY: "it is a program that runs",
};
