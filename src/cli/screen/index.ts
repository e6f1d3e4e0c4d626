// What a person or a program sees of a run. All of it is drawn from one snapshot.
export { count, counted, duration, money, pace, percent, timeOfDay } from "./figures.ts";
export { laneLines } from "./lane-lines.ts";
export { renderLine } from "./live-block.ts";
export { nextSteps } from "./next-steps.ts";
export { plainText } from "./plain-text.ts";
export { createScreen, type Screen, type ScreenOptions } from "./screen.ts";
export { renderSummary } from "./summary.ts";
export { latencyJson, liveJson, summaryJson } from "./summary-json.ts";
