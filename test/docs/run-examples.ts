import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, parse } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Fence } from "./pages.ts";
import { root } from "./pages.ts";

const execute = promisify(execFile);
/** So many questions stand for the thousand of examples/questions.jsonl. */
const QUESTIONS = 5;
const MODULES = '{"type":"module"}';
const ENTRIES: Readonly<Record<string, string>> = {
  sluice: join(root, "src/index.ts"),
  "sluice/simulator": join(root, "src/simulator/index.ts"),
};

/**
 * A folder as the examples expect it, with a command `sluice` that sends `--provider simulator` to one simulator
 * for all of them instead of starting one each time.
 */
async function prepare(folder: string): Promise<void> {
  const questions = await readFile(join(root, "examples/questions.jsonl"), "utf8");
  await writeFile(join(folder, "questions.jsonl"), questions.split("\n").slice(0, QUESTIONS).join("\n"));
  await writeFile(join(folder, "prompts.txt"), "Tell me a joke\nWrite a funny haiku\n");
  await mkdir(join(folder, "bin"));
  const program = join(folder, "bin/sluice");
  await writeFile(
    program,
    `#!/usr/bin/env bash
case " $* " in *" --provider simulator "*) set -- "$@" --base-url "$SIMULATOR" ;; esac
exec "${process.execPath}" "${join(root, "bin/sluice.js")}" "$@"
`,
  );
  await chmod(program, 0o755);
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-docs-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A package whose dependencies are this one's: the examples import SDKs. */
async function makePackage(folder: string): Promise<void> {
  await writeFile(join(folder, "package.json"), MODULES);
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
}

/** Runs a shell example line by line; every line must end with 0, or with 1: finished, some rows not answered. */
export function runShell(fence: Fence, simulator: string): Promise<string> {
  return inFolder(async (folder) => {
    await prepare(folder);
    const script = fence.text.replaceAll(/(?<!\\)\n/g, " || [ $? -eq 1 ]\n");
    const path = `${join(folder, "bin")}${delimiter}${process.env.PATH}`;
    const { stdout, stderr } = await execute("bash", ["-eo", "pipefail", "-c", script], {
      cwd: folder,
      env: { ...process.env, PATH: path, SIMULATOR: simulator },
    });
    return stdout + stderr;
  });
}

/** Runs a TypeScript example against this source and the given simulator. */
export function runTypeScript(fence: Fence, simulator: string): Promise<string> {
  const here = fence.text
    .replaceAll(/from "([^"]+)"/g, (whole, name: string) => {
      const entry = ENTRIES[name];
      return entry === undefined ? whole : `from "${pathToFileURL(entry).href}"`;
    })
    .replaceAll('provider: "simulator"', `provider: "simulator", baseURL: "${simulator}"`);
  return inFolder(async (folder) => {
    await makePackage(folder);
    const file = join(folder, "example.ts");
    await writeFile(file, here);
    const { stdout } = await execute(process.execPath, [file], { cwd: folder });
    return stdout;
  });
}

/** Type-checks examples as modules of their own, with the project's own strictness; returns the complaints. */
export function typeCheck(examples: readonly Fence[]): Promise<string> {
  return inFolder(async (folder) => {
    const settings = {
      extends: join(root, "tsconfig.json"),
      compilerOptions: {
        rootDir: parse(folder).root,
        typeRoots: [join(root, "node_modules/@types")],
        paths: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, [file]])),
      },
      include: ["*.ts"],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
    await makePackage(folder);
    for (const { place, text } of examples) {
      await writeFile(join(folder, `${place.replaceAll(/[^\w-]/g, "-")}.ts`), text);
    }
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const ended = await execute(process.execPath, [compiler, "-p", folder]).catch(
      (failure: { stdout: string }) => failure,
    );
    return ended.stdout;
  });
}
