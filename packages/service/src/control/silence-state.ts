// Silences of the control log: active and future ones, and for a week the last that are over. Pure.

import type { Author, ControlRecord, SilenceRecord } from '@tocsin/contracts/record/control-record'
import { compareText } from '@tocsin/domain/compare-text'
import type { PersistentMap } from './persistent-map.ts'

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

interface HoldsSilences {
  readonly silences: PersistentMap<SilenceState>
}

/** How long one that is over is still listed, ms. */
export const silenceRememberedMs = 7 * 86_400_000

/** How many that are over are still listed: those that ended last. */
export const silencesOverMax = 500

/**
 * The first record of an id counts. Of those that are over the oldest go: O(n log n) in silences,
 * which are limited.
 */
export function applySilenceCreated<S extends HoldsSilences>(
  state: S,
  { data, time, by }: Extract<ControlRecord, { type: 'silence.created' }>
): S {
  if (state.silences.has(data.silenceId)) return state
  let { silences } = state
  const nowMs = Date.parse(time)
  const over = [...silences.values()].filter(each => computeStanding(each, nowMs) === 'over')
  const lastFirst = over.sort(
    (a, b) =>
      Date.parse(computeEnd(b)) - Date.parse(computeEnd(a)) || compareText(a.silenceId, b.silenceId)
  )
  for (const [rank, each] of lastFirst.entries())
    if (rank >= silencesOverMax || Date.parse(computeEnd(each)) + silenceRememberedMs <= nowMs)
      silences = silences.without(each.silenceId)
  return {
    ...state,
    silences: silences.with(data.silenceId, {
      ...data,
      createdAt: time,
      by: by ?? null,
      endedAt: null
    })
  }
}

/** One that is over already is not ended again. */
export function applySilenceEnded<S extends HoldsSilences>(
  state: S,
  silenceId: string,
  at: string
): S {
  const known = state.silences.get(silenceId)
  if (known === undefined || computeStanding(known, Date.parse(at)) === 'over') return state
  return { ...state, silences: state.silences.with(silenceId, { ...known, endedAt: at }) }
}

/** When it ends or ended, ISO 8601. */
export function computeEnd({ endsAt, endedAt }: SilenceState): string {
  return endedAt !== null && endedAt < endsAt ? endedAt : endsAt
}

export function computeStanding(silence: SilenceState, nowMs: number): SilenceStanding {
  if (nowMs >= Date.parse(computeEnd(silence))) return 'over'
  return nowMs < Date.parse(silence.startsAt) ? 'waiting' : 'holding'
}
