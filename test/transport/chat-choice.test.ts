import { describe, expect, it } from "vitest";
import { ChatChoice } from "../../src/transport/chat-choice.ts";

function choiceOf(...deltas: object[]) {
  const choice = new ChatChoice();
  for (const delta of deltas) choice.add({ delta });
  return choice;
}

describe("tool calls", () => {
  it("are told apart by their index, and their arguments joined", () => {
    const { message } = choiceOf(
      { role: "assistant", content: null },
      { tool_calls: [{ index: 1, id: "b", type: "function", function: { name: "second", arguments: "" } }] },
      { tool_calls: [{ index: 0, id: "a", type: "function", function: { name: "first", arguments: "" } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] },
      {
        tool_calls: [
          { index: 1, id: "", function: { arguments: "{}" } },
          { index: 0, function: { arguments: '"Bern"}' } },
        ],
      },
    ).toObject(0);
    expect(message).toEqual({
      role: "assistant",
      content: null,
      tool_calls: [
        { id: "a", type: "function", function: { name: "first", arguments: '{"city":"Bern"}' } },
        { id: "b", type: "function", function: { name: "second", arguments: "{}" } },
      ],
    });
  });

  it("without an index are told apart by their id", () => {
    const { message } = choiceOf(
      { tool_calls: [{ id: "a", function: { name: "f", arguments: "1" } }] },
      { tool_calls: [{ function: { arguments: "2" } }] },
      { tool_calls: [{ id: "b", function: { name: "g", arguments: "3" } }] },
    ).toObject(0);
    expect(message).toMatchObject({
      tool_calls: [
        { id: "a", function: { name: "f", arguments: "12" } },
        { id: "b", function: { name: "g", arguments: "3" } },
      ],
    });
  });

  it("of the older kind are joined, too", () => {
    const { message } = choiceOf(
      { function_call: { name: "f", arguments: "{" } },
      { function_call: { arguments: "}" } },
    ).toObject(0);
    expect(message).toMatchObject({ function_call: { name: "f", arguments: "{}" } });
  });
});

it("has begun with the first word, and not with its role", () => {
  expect(choiceOf({ role: "assistant", content: "" }).hasBegun).toBe(false);
  expect(choiceOf({ role: "assistant", reasoning_content: "Hm" }).hasBegun).toBe(true);
});

it("keeps what it does not know where its pieces agree, and lists joined", () => {
  const { message } = choiceOf(
    { annotations: [1], channel: "final", mood: "calm" },
    { annotations: [2], channel: "final", mood: "wild" },
  ).toObject(0);
  expect(message).toEqual({ role: "assistant", content: null, annotations: [1, 2], channel: "final" });
});
