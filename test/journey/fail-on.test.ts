import { expect, it } from "vitest";
import { runWith } from "./asking.ts";
import { answer, type Respond } from "./fake-provider.ts";
import { Workplace } from "./workplace.ts";

it("fails on answers that are cut or empty where that is asked for", async () => {
  const respond: Respond = (request, response) =>
    answer(response, "text", {
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: request.prompt === "empty" ? "" : "text" },
          finish_reason: request.prompt === "cut" ? "length" : "stop",
        },
      ],
    });

  for (const question of ["cut", "empty"]) {
    const asked = await runWith(respond, [question], "--fail-on", "length,empty");
    expect({ code: asked.code, stderr: asked.stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining("1 answered"),
    });
  }
  expect((await runWith(respond, ["cut"])).code).toBe(0);
});

it("fails on answers of earlier runs as well, which --fail-on names no less", async () => {
  await using place = await Workplace.open((request, response) =>
    answer(response, null, {
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: request.prompt === "empty" ? "" : "text" },
          finish_reason: request.prompt === "cut" ? "length" : "stop",
        },
      ],
    }),
  );
  place.questions("fine", "cut", "empty", "late");
  await place.run("--limit", "3");

  for (const kind of ["length", "empty"]) expect((await place.run("--fail-on", kind)).code).toBe(1);
  expect((await place.run("--fail-on", "content_filter")).code).toBe(0);
  expect(place.provider.received).toEqual([]);
});
