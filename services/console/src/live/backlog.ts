// Whether the suite is behind: what it has told is as of a while ago, though the link is good.
// Pure: times are passed in.

/**
 * The suite says its age in steps of 5 s and looks every 2.5 s: a pause of that kind is no news,
 * ms.
 */
export const behindToldMs = 30_000
/** Once it was said, it is said until this age: a word that comes and goes is not read, ms. */
export const caughtUpMs = 15_000

/**
 * Since when, ms, what the suite took in may not have been looked at; null: it is not behind, or
 * has not said. `asOfMs`: as of when what it has told is whole, as it said itself; `wasBehind`: it
 * was when it last said so. A clock that was set back makes nothing young.
 */
export function behindSince(
  asOfMs: number | null,
  nowMs: number,
  wasBehind: boolean
): number | null {
  return asOfMs !== null && Math.abs(nowMs - asOfMs) >= (wasBehind ? caughtUpMs : behindToldMs)
    ? asOfMs
    : null
}
