// Silences that are over, and whether they were for an alert: its filter is compared with the alert
// as it is now. Pure.

import { kmBetween } from '../../map/shapes/hull.ts'
import type { Silence } from '../../shown/answers.ts'
import { type Severity, type ShownAlert, severityRank } from '../../shown/shown-alert.ts'
import { endOf } from '../told-partners.ts'

/**
 * How long it is told that a silence was over an alert, ms: who comes to a watch looks back over an
 * hour.
 */
const overToldMs = 3_600_000

export interface SilenceLately {
  readonly silence: Silence
  /** False: its filter names what is not known here, so that it may have been for others only. */
  readonly isSure: boolean
}

/**
 * The silences that ended lately and were for an alert as it is now, or may have been, the one that
 * ended last first.
 */
export function silencesLately(
  over: readonly Silence[],
  alert: ShownAlert,
  nowMs: number
): readonly SilenceLately[] {
  return over
    .flatMap((silence): SilenceLately[] => {
      const agoMs = nowMs - Date.parse(endOf(silence))
      const wasIts = agoMs >= 0 && agoMs < overToldMs ? wasFor(silence, alert) : false
      return wasIts === false ? [] : [{ silence, isSure: wasIts !== null }]
    })
    .toSorted((a, b) => Date.parse(endOf(b.silence)) - Date.parse(endOf(a.silence)))
}

/** Null: it can not be told. */
type Told = boolean | null

function wasFor({ alertId, filter, includesExtreme, isBacked }: Silence, alert: ShownAlert): Told {
  if (!isBacked) return false
  if (alert.severity === 'extreme' && !includesExtreme) return false
  if (alertId !== null || filter === null) return alertId === alert.alertId
  const met = Object.entries(filter).map(([name, asked]) =>
    Object.hasOwn(readers, name) ? readers[name]?.(asked, alert) : null
  )
  if (met.includes(false)) return false
  return met.every(each => each === true) ? true : null
}

const among =
  (carried: (alert: ShownAlert) => readonly string[]) =>
  (asked: unknown, alert: ShownAlert): Told =>
    Array.isArray(asked) ? carried(alert).some(each => asked.includes(each)) : null

/** As the suite compares them. Where the sides of a polygon lie is left to the suite. */
const readers: Readonly<Record<string, (asked: unknown, alert: ShownAlert) => Told>> = {
  severity: among(({ severity }) => [severity]),
  status: among(({ status }) => [status]),
  pattern: among(({ pattern }) => [pattern]),
  ruleId: among(({ ruleId }) => [ruleId]),
  category: among(({ category }) => category),
  theatre: among(({ theatre }) => [theatre]),
  certainty: among(({ certainty }) => [certainty]),
  handling: among(({ handling }) => [handling]),
  country: among(({ area }) => area.country),
  admin1: among(({ area }) => area.admin1),
  drill: (asked, { drill }) => asked === drill,
  minSeverity: (asked, { severity }) => severityRank(severity) >= severityRank(asked as Severity),
  circle: (asked, { area }) => {
    if (area.circle === null) return false
    if (!isCircle(asked)) return null
    const [[lat, lon, km], [atLat, atLon, atKm]] = [asked, area.circle]
    return kmBetween({ lat, lon }, { lat: atLat, lon: atLon }) <= km + atKm
  },
  polygon: (_, { area }) => (area.circle === null ? false : null)
}

function isCircle(asked: unknown): asked is readonly [number, number, number] {
  return Array.isArray(asked) && asked.length === 3 && asked.every(each => typeof each === 'number')
}
