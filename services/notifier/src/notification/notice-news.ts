// Notices to a subscriber other than alerts: that a silence over its alerts is active, matches
// none, or is over; and, to whoever declared a watch, that it is unstaffed. Earlier notices are
// folded from the log, the time is passed in. Pure. Source: decision 0079.

import type { SilenceNews, WatchNews } from '@tocsin/contracts/subscription/notification-words'

/** The last notice on a silence, watch or theatre. */
export interface ToldNews {
  readonly state: SilenceNews | WatchNews | 'ready'
  readonly toldMs: number
}

/**
 * A silence may match alerts only later: the notice that it is unmatched comes no sooner than this
 * after the notice that it is active, ms.
 */
export const unmatchedAfterMs = 60 * 60_000
/** And for this long it must have matched no alert, so that one that flaps is not notified, ms. */
export const unmatchedForMs = 10 * 60_000
/**
 * Between two notices on a watch, or on a silence that is active again, ms. The state at the end is
 * sent.
 */
export const watchGapMs = 10 * 60_000
/** Silences notified and not over at a time, per subscription. */
export const toldSilencesMax = 100

export interface SilenceStanding {
  readonly standing: 'waiting' | 'holding' | 'over'
  /**
   * Since when it is for no open alert that the subscriber may see, ms; null: it is for some, or
   * that is not known.
   */
  readonly unmatchedSinceMs: number | null
}

/**
 * The notice on a silence to send now, each at most once: that it is unmatched once, however often
 * it is. A clock that is set can make a silence active again after the notice that it is over. That
 * is notified again: else the subscriber would believe that there are no alerts. Pure.
 */
export function decideSilenceNotice(
  told: ToldNews | null,
  { standing, unmatchedSinceMs }: SilenceStanding,
  nowMs: number
): SilenceNews | null {
  // A subscriber that was not notified of the beginning needs no notice of the end.
  if (told === null) return standing === 'holding' ? 'holding' : null
  // A clock that is set to and fro must not cause a notice each time.
  if (told.state === 'over')
    return standing === 'holding' && Math.abs(nowMs - told.toldMs) >= watchGapMs ? 'holding' : null
  if (standing === 'over') return 'over'
  if (told.state !== 'holding' || unmatchedSinceMs === null) return null
  return mayBeUnmatched(told, nowMs) && nowMs - unmatchedSinceMs >= unmatchedForMs
    ? 'unmatched'
    : null
}

/** Whether it matters by now that a silence matches no alert. */
export function mayBeUnmatched(told: ToldNews | null, nowMs: number): boolean {
  return told?.state === 'holding' && nowMs - told.toldMs >= unmatchedAfterMs
}

/** The notice on a watch to send now; without an earlier notice it counts as staffed. Pure. */
export function decideWatchNotice(
  told: ToldNews | null,
  isUnstaffed: boolean,
  nowMs: number
): WatchNews | null {
  const state = isUnstaffed ? 'unstaffed' : 'staffed'
  if (state === (told?.state ?? 'staffed')) return null
  // A clock that was set back does not silence it for longer.
  const sinceMs = told === null ? watchGapMs : Math.abs(nowMs - told.toldMs)
  return sinceMs >= watchGapMs ? state : null
}

/** The Monday of the digest to send now: each week once. Pure. */
export function decideDigestNotice(
  told: { readonly week?: string } | null,
  dueWeek: string
): string | null {
  // A clock that was set back, or a replay that began again, does not send a week twice.
  return told?.week !== undefined && told.week >= dueWeek ? null : dueWeek
}
