import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

const TRANSPORT = new URL("../../src/transport/index.ts", import.meta.url).href;

/** What Node has loaded of its own, and which packages' files, once this is imported in a new process. */
function loadedBy(module: string): { own: string[]; files: string[] } {
  const program = `
    import { createRequire } from "node:module";
    await import(${JSON.stringify(module)});
    const files = Object.keys(createRequire(import.meta.url).cache);
    process.stdout.write(JSON.stringify({ own: process.moduleLoadList, files }));`;
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  return JSON.parse(said);
}

describe("what the transport loads", () => {
  const { own, files } = loadedBy(TRANSPORT);

  it("is Node's http without the fetch that an import of it brings along", () => {
    expect(own).toContain("NativeModule http");
    expect(own).not.toContain("NativeModule internal/deps/undici/undici");
  });

  it("is undici's client without its fetch, its WebSocket and its caches", () => {
    const undici = files.filter((file) => file.includes("/undici/lib/"));
    expect(undici.some((file) => file.endsWith("/dispatcher/client.js"))).toBe(true);
    expect(undici.filter((file) => /\/lib\/(web|cache|mock|interceptor)\//.test(file))).toEqual([]);
  });
});
