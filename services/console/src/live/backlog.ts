// Whether the suite is behind: its data is as of a while ago, though the link is good. Pure: times
// are passed in.

/**
 * The suite reports its age in steps of 5 s and looks every 2.5 s: a pause of that kind is no news,
 * ms.
 */
export const behindToldMs = 30_000
/** Once shown, the state stays until this age: a label that comes and goes is not read, ms. */
export const caughtUpMs = 15_000

/**
 * Since when, ms, reports that the suite received may be unprocessed; null: it is not behind, or
 * has not reported. `asOfMs`: the time as of which its data is complete, by its own message;
 * `wasBehind`: it was behind by its last message.
 */
export function behindSince(
  asOfMs: number | null,
  nowMs: number,
  wasBehind: boolean
): number | null {
  return asOfMs !== null && nowMs - asOfMs >= (wasBehind ? caughtUpMs : behindToldMs)
    ? asOfMs
    : null
}
