import { describe, expectTypeOf, it } from "vitest";
import {
  createSluice,
  type Outcome,
  type OutcomeError,
  processRequests,
  type RunStoppedError,
  type SluiceRun,
} from "../../src/index.ts";

interface Review {
  id: string;
}

describe("the types", () => {
  it("put text and the row on every outcome, and an error only where there is no answer", () => {
    expectTypeOf<Outcome<Review>["text"]>().toEqualTypeOf<string | null>();
    expectTypeOf<Outcome<Review>["request"]>().toEqualTypeOf<Review>();
    expectTypeOf<Outcome["cost"]>().toEqualTypeOf<number | null>();
    const look = (outcome: Outcome<Review>) => {
      // @ts-expect-error an outcome may be an answer, which has no error
      outcome.error;
      if (outcome.status === "answered") return null;
      expectTypeOf(outcome.status).toEqualTypeOf<"rejected" | "failed" | "unknown" | "unsent">();
      return outcome.error;
    };
    expectTypeOf(look).returns.toEqualTypeOf<OutcomeError | null>();
  });

  it("carry the row's type from the source to the outcome", () => {
    const ask = (rows: Review[]) => processRequests(rows, { toRequest: (row) => row.id });
    expectTypeOf(ask).returns.resolves.toEqualTypeOf<Outcome<Review>[]>();
    const sluice = createSluice({ apiKey: "key" });
    const source = async function* (): AsyncGenerator<Review> {};
    expectTypeOf(sluice.run(source())).toEqualTypeOf<SluiceRun<Review>>();
    expectTypeOf(sluice.run("rows.jsonl")).toEqualTypeOf<SluiceRun<unknown>>();
    expectTypeOf<RunStoppedError["outcomes"]>().toEqualTypeOf<readonly Outcome[]>();
  });

  it("refuse options that do not exist", () => {
    // Never called: what counts is that the compiler refuses each line.
    const refused = () => {
      // @ts-expect-error misspelt
      processRequests(["a"], { maxConcurency: 2 });
      // @ts-expect-error outcomes of an array are in its order
      processRequests(["a"], { order: "completion" });
      // @ts-expect-error the model is asked of each run
      createSluice({ model: "grok-4.3" });
      // @ts-expect-error limits belong to the instance
      createSluice().run(["a"], { rps: 5 });
      // @ts-expect-error a number of dollars
      createSluice().run(["a"], { budget: "5" });
      // @ts-expect-error it would be paid by the letter
      processRequests("a prompt");
    };
    expectTypeOf(refused).toBeFunction();
  });
});
