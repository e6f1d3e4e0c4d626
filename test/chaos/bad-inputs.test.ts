import { it } from "vitest";
import { checkBadInputs } from "./bad-inputs.ts";

it("makes a row or a sentence of every bad line, template and option", () => {
  checkBadInputs(2000, 1);
}, 60_000);
