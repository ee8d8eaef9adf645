// Silences of the control log: active and future ones, and for a week the last that are over. Pure.

import type { Author, ControlRecord, SilenceRecord } from '@tocsin/contracts/record/control-record'
import { compareText } from '@tocsin/domain/compare-text'
import type { OrderedMap } from 'immutable'

export const silenceStandings = ['waiting', 'holding', 'over'] as const
export type SilenceStanding = (typeof silenceStandings)[number]

export interface SilenceState extends SilenceRecord {
  /** ISO 8601. */
  readonly createdAt: string
  /** Who made it; null if that was not stored. */
  readonly by: Author | null
  /** When it was ended before its time; null: it was not. */
  readonly endedAt: string | null
}

/** How long one that is over is still listed, ms. */
export const silenceRememberedMs = 7 * 86_400_000

/** How many that are over are still listed: those that ended last. */
export const silencesOverMax = 500

/** With a new one. Of those that are over the oldest go: O(n log n) in silences, which are limited. */
export function withSilence(
  silences: OrderedMap<string, SilenceState>,
  { data, time, by }: Extract<ControlRecord, { type: 'silence.created' }>
): OrderedMap<string, SilenceState> {
  const nowMs = Date.parse(time)
  const endMs = (each: SilenceState) => Date.parse(computeEnd(each))
  const gone = [...silences.values()]
    .filter(each => computeStanding(each, nowMs) === 'over')
    .sort((a, b) => endMs(b) - endMs(a) || compareText(a.silenceId, b.silenceId))
    .filter((each, i) => i >= silencesOverMax || endMs(each) + silenceRememberedMs <= nowMs)
  return silences
    .deleteAll(gone.map(({ silenceId }) => silenceId))
    .set(data.silenceId, { ...data, createdAt: time, by: by ?? null, endedAt: null })
}

/** When it ends or ended, ISO 8601. */
export function computeEnd({ endsAt, endedAt }: SilenceState): string {
  return endedAt !== null && endedAt < endsAt ? endedAt : endsAt
}

export function computeStanding(silence: SilenceState, nowMs: number): SilenceStanding {
  if (nowMs >= Date.parse(computeEnd(silence))) return 'over'
  return nowMs < Date.parse(silence.startsAt) ? 'waiting' : 'holding'
}
