import { readFile, writeFile } from "node:fs/promises";

const PAGE = new URL("../../docs/limits.md", import.meta.url);
const BLOCK = /(?<=<!-- bench:limits -->\n)[\s\S]*(?=<!-- \/bench:limits -->)/;

/** The page's tables come from here and from nowhere else. */
export async function writeDocsBlock(markdown: string): Promise<void> {
  const page = await readFile(PAGE, "utf8");
  if (!BLOCK.test(page)) throw new Error(`docs/limits.md has no block "bench:limits" to write to`);
  await writeFile(
    PAGE,
    page.replace(BLOCK, () => `${markdown}\n`),
  );
}
