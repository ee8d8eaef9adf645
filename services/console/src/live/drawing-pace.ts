// How long to wait before what has arrived is put in order and drawn again: longer where that takes
// longer, so that thousands of alerts on a slow machine leave time for the officer. Pure.

const shortestMs = 100
/** What is new is seen within this time, however slow the machine is, ms. */
const longestMs = 1_000
/** Pauses are this many times as long as the work between them. */
const pausesPerWork = 30

export function pauseAfter(workMs: number): number {
  return Math.min(longestMs, Math.max(shortestMs, workMs * pausesPerWork))
}
