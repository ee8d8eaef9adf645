// What a subscriber is told besides alerts: that a silence holds over its alerts, matches none of
// them, or is over; and who declared a watch, that nobody is on it. What was told is folded from
// the log, the time is passed in. Pure. Source: decision 0079.

import type { SilenceNews, WatchNews } from '@tocsin/contracts/subscription/notification-words'

/** What was told last of one silence, watch or theatre. */
export interface ToldNews {
  readonly state: SilenceNews | WatchNews | 'ready'
  readonly toldMs: number
}

/**
 * A silence that was told may match later what nothing matched before: for so long nothing is said,
 * ms.
 */
export const unmatchedAfterMs = 60 * 60_000
/** And for so long it must have matched nothing: one that flaps is not told, ms. */
export const unmatchedForMs = 10 * 60_000
/** Between two tellings of one watch, or of a silence that is back, ms. What holds then is told. */
export const watchGapMs = 10 * 60_000
/** Silences that stand told at a time, of one subscription. */
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
 * What is to be told of a silence now, each at most once: that it matches nothing, once however
 * often it does. One that was told to be over and holds again, since a clock was set, is told
 * again: who was told that it is over would take its quiet for peace. Pure.
 */
export function decideSilenceNotice(
  told: ToldNews | null,
  { standing, unmatchedSinceMs }: SilenceStanding,
  nowMs: number
): SilenceNews | null {
  // Who was not told of its beginning misses nothing by its end.
  if (told === null) return standing === 'holding' ? 'holding' : null
  // A clock that flaps makes no storm.
  if (told.state === 'over')
    return standing === 'holding' && Math.abs(nowMs - told.toldMs) >= watchGapMs ? 'holding' : null
  if (standing === 'over') return 'over'
  if (told.state !== 'holding' || unmatchedSinceMs === null) return null
  return mayBeUnmatched(told, nowMs) && nowMs - unmatchedSinceMs >= unmatchedForMs
    ? 'unmatched'
    : null
}

/** Whether it matters by now that a silence matches nothing. */
export function mayBeUnmatched(told: ToldNews | null, nowMs: number): boolean {
  return told?.state === 'holding' && nowMs - told.toldMs >= unmatchedAfterMs
}

/** What is to be told of a watch now; one that was never told is taken to be staffed. Pure. */
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

/** The Monday of the digest that is to be told now: each week once. Pure. */
export function decideDigestNotice(
  told: { readonly week?: string } | null,
  dueWeek: string
): string | null {
  // A clock that was set back, or a replay that began again, tells no week a second time.
  return told?.week !== undefined && told.week >= dueWeek ? null : dueWeek
}
