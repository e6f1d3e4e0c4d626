import { realpath } from "node:fs/promises";
import { UsageError } from "../model/errors.ts";
import type { Observer } from "../observe/index.ts";
import { type Tuner, tune } from "../sluice/tune.ts";
import { controlAddress } from "./control-address.ts";
import { type ControlServer, serveControl } from "./control-server.ts";
import type { ControlAnswer, ControlQuestion } from "./control-words.ts";

/**
 * Lets a run be asked and tuned by whoever may write beside its ledger. It goes on by itself where that cannot be:
 * null then.
 */
export async function controlRun(
  ledger: string,
  { tuner, observer }: { tuner: Tuner; observer: Pick<Observer, "snapshot"> },
): Promise<ControlServer | null> {
  try {
    return await serveControl(controlAddress(await realpath(ledger)), async (question) => {
      const refused = question.ask === "tune" ? await refusalOf(tuner, question) : null;
      return refused ?? { snapshot: observer.snapshot() };
    });
  } catch {
    return null;
  }
}

async function refusalOf(
  tuner: Tuner,
  { tuning }: Extract<ControlQuestion, { ask: "tune" }>,
): Promise<Extract<ControlAnswer, { refused: string }> | null> {
  // zod comes with it: 17 MB that most runs never need.
  const { checkTuneOptions } = await import("../sluice/check-options.ts");
  try {
    checkTuneOptions(tuning);
    tune(tuner, tuning);
    return null;
  } catch (error) {
    if (error instanceof UsageError) return { refused: error.message };
    throw error;
  }
}
