import { describe, expect, it } from "vitest";
import { provide } from "./fake-provider.ts";
import { runProgram } from "./programs.ts";
import { simulate } from "./simulators.ts";

describe("a program", () => {
  it.each(["processRequests", "send", "fetch"])("ends as soon as its last %s is answered", async (how) => {
    const { baseUrl } = await simulate();
    const program = new URL("programs/one-call.ts", import.meta.url);
    const { output, errors, code, lingeredMs } = await runProgram(program, [how, baseUrl]);
    expect({ output, errors, code }).toEqual({ output: "answered\n", errors: "", code: 0 });
    // A connection or a timer left behind would hold it for a second or more.
    expect(lingeredMs).toBeLessThan(800);
  });

  it("ends with the simulators that were started for it, closed or not", async () => {
    const program = new URL("programs/own-simulator.ts", import.meta.url);
    const { output, errors, code } = await runProgram(program);
    expect({ output, errors, code }).toEqual({ output: "answered\ntrue\n", errors: "", code: 0 });
  });

  it("needs no memory for rows that were delivered", async () => {
    const { baseURL } = await provide(({ messages }) => String(Array.isArray(messages)));
    const program = new URL("programs/many-rows.ts", import.meta.url);
    // Its rows alone are 100 MB; the heap may grow to 60.
    const flags = ["--max-old-space-size=60"];
    const { output, errors, code } = await runProgram(program, [baseURL, "5000"], { flags });
    expect({ output, errors, code }).toEqual({ output: "5000 answered\n", errors: "", code: 0 });
  });
});
