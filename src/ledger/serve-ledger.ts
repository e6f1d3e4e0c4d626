import type { MessagePort } from "node:worker_threads";
import { systemClock } from "../model/clock.ts";
import { UsageError } from "../model/errors.ts";
import { answerCall, isReading } from "./answer-call.ts";
import { GroupCommit } from "./group-commit.ts";
import { LedgerFile } from "./ledger-file.ts";
import type { Call, CrossingError, FromWorker, ToWorker, WorkerOptions } from "./messages.ts";
import { brokenLedger } from "./sqlite-errors.ts";
import { SqliteLedger } from "./sqlite-ledger.ts";

/** Opens the file, then answers the other end of the port until it is told to close. */
export function serveLedger(port: MessagePort, options: WorkerOptions): void {
  const tell = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  let file: LedgerFile;
  let ledger: SqliteLedger;
  try {
    file = LedgerFile.open(options);
    ledger = new SqliteLedger(file.database, { temporary: options.temporary });
  } catch (error) {
    tell({ type: "refused", error: crossing(error) });
    port.close();
    return;
  }
  const commits = new GroupCommit({
    commit: (parcels) => {
      file.checkStillThere();
      const appended = ledger.write(parcels);
      file.recordCommits(ledger.commits);
      return appended;
    },
    durable: (upTo, appended) => tell({ type: "durable", upTo, appended }),
    trouble: (said) => tell({ type: "trouble", message: said === null ? null : `${options.path}: ${said}` }),
    broken: (error) => tell({ type: "broken", error: crossing(brokenLedger(options.path, error)) }),
    after: systemClock.after,
  });
  const answer = (id: number, call: Call) => {
    try {
      if (call.verb === "close") {
        file.close();
        tell({ type: "answer", id, value: undefined });
        port.close();
        return;
      }
      const { value, transfer } = answerCall(ledger, call);
      tell({ type: "answer", id, value }, transfer);
    } catch (error) {
      tell({ type: "error", id, error: crossing(brokenLedger(options.path, error)) });
    }
  };
  port.on("message", (message: ToWorker) => {
    if (message.type === "write") commits.add(message);
    else if (isReading(message.call)) answer(message.id, message.call);
    else commits.whenClear(() => answer(message.id, message.call));
  });
  tell({ type: "ready" });
}

function crossing(error: unknown): CrossingError {
  return {
    usage: error instanceof UsageError,
    message: error instanceof Error ? error.message : String(error),
  };
}
