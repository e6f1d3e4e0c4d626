import type { Call, CallResults } from "./messages.ts";

interface OpenCall {
  resolve: (value: CallResults[keyof CallResults]) => void;
  reject: (error: Error) => void;
}

/** Calls of the worker that wait for their answer. */
export class OpenCalls {
  readonly #send: (id: number, call: Call, transfer: ArrayBuffer[]) => void;
  readonly #open = new Map<number, OpenCall>();
  #last = 0;
  #failure: Error | null = null;

  constructor(send: (id: number, call: Call, transfer: ArrayBuffer[]) => void) {
    this.#send = send;
  }

  make<Verb extends Call["verb"]>(
    call: Extract<Call, { verb: Verb }>,
    transfer: ArrayBuffer[] = [],
  ): Promise<CallResults[Verb]> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve: resolve as OpenCall["resolve"], reject });
      this.#send(id, call, transfer);
    });
  }

  answer(id: number, value: CallResults[keyof CallResults]): void {
    this.#take(id)?.resolve(value);
  }

  reject(id: number, error: Error): void {
    this.#take(id)?.reject(error);
  }

  /** No call is answered any more. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#open.values()) reject(error);
    this.#open.clear();
  }

  #take(id: number): OpenCall | undefined {
    const call = this.#open.get(id);
    this.#open.delete(id);
    return call;
  }
}
