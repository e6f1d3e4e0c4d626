import { statfs } from "node:fs/promises";

/**
 * File systems whose clients do not share memory: SQLite's WAL would be read wrongly there (sqlite.org/wal.html).
 * Numbers are Linux's `f_type` (statfs(2), linux/magic.h).
 */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB"],
  [0xff534d42, "CIFS"],
  [0x01021997, "9p"],
  [0x65735546, "FUSE"],
  [0x5346414f, "AFS"],
  [0x73757245, "Coda"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x19830326, "BeeGFS"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
  [0x786f4256, "VirtualBox shared folder"],
  [0xbacbacbc, "VMware shared folder"],
]);

/** The network file system of this number, or null. */
export function networkFileSystem(type: number): string | null {
  return NETWORK_FILE_SYSTEMS.get(type >>> 0) ?? null;
}

/** True when the folder lies on a network file system, as far as this platform can tell. */
export async function isOnNetwork(folder: string): Promise<boolean> {
  if (process.platform !== "linux") return false;
  try {
    return networkFileSystem((await statfs(folder)).type) !== null;
  } catch {
    return false;
  }
}
