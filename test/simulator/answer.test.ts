import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerFor, promptOf } from "../../src/simulator/index.ts";

describe("an answer", () => {
  it("repeats the last user message, names the whole prompt by its hash and fills up with words", () => {
    const messages = [
      { role: "system", content: "Be brief" },
      { role: "user", content: "first" },
      { role: "assistant", content: "…" },
      { role: "user", content: "What is 2 + 2?" },
    ];
    const prompt = promptOf(messages);
    expect(answerFor(prompt, 60)).toMatch(
      new RegExp(`^Echo: What is 2 \\+ 2\\? #${prompt.digest}( [a-z]+)+$`),
    );
  });

  it("has four characters per token, exactly", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 40, max: 20_000 }), (text, tokens) => {
        expect(answerFor(text, tokens)).toHaveLength(tokens * 4);
      }),
      { numRuns: 50 },
    );
  });

  it("differs between prompts that begin alike, and between the choices of one prompt", () => {
    const start = "x".repeat(70);
    expect(answerFor(`${start}1`, 30)).not.toBe(answerFor(`${start}2`, 30));
    expect(answerFor("same", 30, 1)).toMatch(/^Echo 2: same #/);
  });

  it("knows a plain text and the same text as a user message as one prompt", () => {
    expect(promptOf("hi")).toEqual(promptOf([{ role: "user", content: "hi" }]));
  });

  it("reads the text parts of a message", () => {
    const content = [
      { type: "text", text: "look: " },
      { type: "image_url", image_url: { url: "data:" } },
      { type: "text", text: "a cat" },
    ];
    expect(promptOf([{ role: "user", content }]).lastUserText).toBe("look: a cat");
  });

  it("never cuts through a character, whatever the prompt", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 0, max: 60 }), (text, tokens) => {
        expect(answerFor(text, tokens).isWellFormed()).toBe(true);
      }),
    );
  });
});
