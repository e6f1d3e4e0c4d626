import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FakeProvider, type Respond, startFakeProvider } from "./fake-provider.ts";
import { type Circumstances, type Ended, type Started, sluice, startSluice } from "./sluice-process.ts";

export interface OutputLine {
  id: string;
  custom_id: string;
  response: { status_code: number; request_id: string; body: Record<string, unknown> } | null;
  error: { code: string; message: string } | null;
}

/** A folder of one's own, a provider, and `sluice` in between. */
export class Workplace implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "sluice-journey-"));
  readonly provider: FakeProvider;

  private constructor(provider: FakeProvider) {
    this.provider = provider;
  }

  static async open(respond?: Respond): Promise<Workplace> {
    return new Workplace(await startFakeProvider(respond));
  }

  /** `-o out.jsonl`, the fake provider, `--model m` and a prompt of one column. */
  get usual(): string[] {
    return [
      "-o",
      "out.jsonl",
      "--base-url",
      this.provider.baseUrl,
      "--model",
      "m",
      "--prompt",
      "{{ question }}",
    ];
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): void {
    writeFileSync(this.path(name), content);
  }

  /** Writes rows {"question": "q1"} … as in.jsonl. */
  questions(...questions: readonly string[]): void {
    this.write("in.jsonl", questions.map((question) => `${JSON.stringify({ question })}\n`).join(""));
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  files(): string[] {
    return readdirSync(this.folder).sort();
  }

  lines(name = "out.jsonl"): OutputLine[] {
    const text = this.read(name);
    return text === ""
      ? []
      : text
          .trimEnd()
          .split("\n")
          .map((line): OutputLine => JSON.parse(line));
  }

  /** What each line says: the answer's text, "HTTP 400", or the error's code. */
  says(name = "out.jsonl"): string[] {
    return this.lines(name).map(({ response, error }) => {
      if (response === null) return error?.code ?? "nothing";
      return response.status_code === 200 ? textOf(response.body) : `HTTP ${response.status_code}`;
    });
  }

  sluice(args: readonly string[], over: Partial<Circumstances> = {}): Promise<Ended> {
    return sluice(args, { cwd: this.folder, ...over });
  }

  start(args: readonly string[], over: Partial<Circumstances> = {}): Started {
    return startSluice(args, { cwd: this.folder, ...over });
  }

  /** `sluice run in.jsonl` with the usual options; what was received is counted from here. */
  run(...more: readonly string[]): Promise<Ended> {
    this.provider.clear();
    return this.sluice(["run", "in.jsonl", ...this.usual, ...more]);
  }

  startRun(...more: readonly string[]): Started {
    this.provider.clear();
    return this.start(["run", "in.jsonl", ...this.usual, ...more]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.provider.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function textOf(body: Record<string, unknown>): string {
  const { choices } = body as { choices?: { message?: { content?: string } }[] };
  return choices?.[0]?.message?.content ?? "";
}
