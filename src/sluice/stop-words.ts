/** Why something was stopped by its caller, in the words of `RunStoppedError`. */
export const SIGNALLED = "the caller's signal was aborted";
export const CLOSED = "the instance was closed";
export const DRAINED = "the run was drained";
