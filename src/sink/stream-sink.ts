import { writev } from "node:fs";
import { open } from "node:fs/promises";
import { promisify } from "node:util";
import type { Clock } from "../model/clock.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { Sink } from "../model/sink.ts";
import type { FileSink, FileSinkOptions } from "./file-sink-options.ts";
import type { LineFormat } from "./line-format.ts";
import { errorCode, type PersistOptions, persist } from "./persist.ts";
import { type ReadInput, type RenderRows, rowRenderer } from "./render-rows.ts";
import { restOf } from "./rest-of.ts";

const STDOUT = 1;
const writeDescriptor = promisify(writev);

export interface StdoutSinkOptions {
  format: LineFormat;
  clock: Clock;
  onTrouble: (message: string | null) => void;
  readInput?: ReadInput | null;
  /** The open file descriptor to write to. Default 1, standard output. */
  descriptor?: number;
  signal?: AbortSignal | undefined;
}

/** A sink whose reader may leave: then the run drains quietly. */
export interface StreamSink extends Sink {
  /** True once the reader has gone; rows are then taken and dropped (the ledger has them). */
  readonly isClosed: boolean;
  /** Resolves when the reader has gone. */
  readonly closed: Promise<void>;
}

/**
 * `-o -`. Writes to the descriptor itself: Node's own stdout blocks the whole process on a pipe whose reader is slow.
 */
export function stdoutSink(options: StdoutSinkOptions): StreamSink {
  const { format, readInput = null, descriptor = STDOUT, clock, onTrouble, signal } = options;
  const render = rowRenderer(format, readInput);
  return new DescriptorSink(
    descriptor,
    render,
    { name: "standard output", clock, onTrouble, signal },
    async () => {},
  );
}

/** A pipe or device given as OUTPUT: written from the first row on, with nothing to go back to. */
export async function openSpecialFile(options: FileSinkOptions): Promise<FileSink> {
  const { path, format, readInput = null, clock, onTrouble, signal } = options;
  const render = rowRenderer(format, readInput);
  const handle = await open(path, "w");
  const sink = new DescriptorSink(handle.fd, render, { name: path, clock, onTrouble, signal }, () =>
    handle.close(),
  );
  const nothingKept = { keptAs: null, keepReplaced: async () => null };
  return Object.assign(sink, { resumeFrom: 0, newGeneration: false, ...nothingKept, position: () => null });
}

class DescriptorSink implements StreamSink {
  readonly keepsNothing = true;
  readonly closed: Promise<void>;
  readonly #descriptor: number;
  readonly #render: RenderRows;
  readonly #options: PersistOptions;
  readonly #release: () => Promise<void>;
  #isClosed = false;
  #tellClosed: () => void = () => {};

  constructor(descriptor: number, render: RenderRows, options: PersistOptions, release: () => Promise<void>) {
    this.#descriptor = descriptor;
    this.#render = render;
    this.#options = options;
    this.#release = release;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  async write(rows: readonly SettledRow[]): Promise<void> {
    if (this.#isClosed) return;
    let rest = await this.#render(rows);
    const writeRest = async () => {
      while (rest.length > 0)
        rest = restOf(rest, (await writeDescriptor(this.#descriptor, rest)).bytesWritten);
    };
    try {
      await persist(writeRest, this.#options);
    } catch (error) {
      if (errorCode(error) !== "EPIPE") throw error;
      this.#isClosed = true;
      this.#tellClosed();
    }
  }

  end(): Promise<void> {
    return this.#release();
  }
}
