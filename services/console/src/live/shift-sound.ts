// What should sound now: alerts that page and that nobody has taken since, the gravest of them alone, again and again. Pure:
// times are passed in.

import { eventName, isOpen, type Severity, type ShownAlert, severities, severityRank } from '../shown/shown-alert.ts'

/** An alert that sounds until somebody has it. */
export interface Alarm {
  readonly alert: ShownAlert
  readonly sinceMs: number
}
export type Alarms = ReadonlyMap<string, Alarm>

export interface SoundSettings {
  /** The mildest that sounds. */
  readonly least: Severity
  /** Exercises sound only where they were asked for. */
  readonly withDrills: boolean
}

/** Beyond this many the gravest stay: what is told is that there are many. */
export const alarmsMax = 1_000

/** Time between two soundings, ms; null: it sounds once. */
export const repeatMs: Readonly<Record<Severity, number | null>> = {
  extreme: 8_000,
  severe: 20_000,
  moderate: 60_000,
  minor: null
}

const alarming = ['raised', 'escalated', 'reopened'] as const

/** The alarms after an event: one more where it pages, one less where somebody has or answers the alert, or it is over. */
export function alarmsAfter(alarms: Alarms, alert: ShownAlert, type: string, nowMs: number): Alarms {
  const { alertId, notify } = alert
  const next = new Map(alarms)
  if (!wantsSomebody(alert) || eventName(type) === 'responded') next.delete(alertId)
  else if (notify === 'page' && alarming.some(name => name === eventName(type))) next.set(alertId, { alert, sinceMs: nowMs })
  else {
    const known = next.get(alertId)
    if (known !== undefined) next.set(alertId, { ...known, alert })
  }
  if (next.size > alarmsMax) next.delete(mildestOf(next))
  return next
}

/**
 * The alarms after a gap of which no event tells, by the states before and after it: what pages and was raised, reopened or has
 * become graver. O(alerts).
 */
export function alarmsSince(
  alarms: Alarms,
  before: ReadonlyMap<string, ShownAlert>,
  after: ReadonlyMap<string, ShownAlert>,
  nowMs: number
): Alarms {
  let next = alarms
  for (const alert of after.values()) {
    const was = before.get(alert.alertId)
    const isNews = was === undefined || !isOpen(was) || severityRank(alert.severity) > severityRank(was.severity)
    if (!isNews || !isOpen(alert) || alert.notify !== 'page' || next.has(alert.alertId)) continue
    next = alarmsAfter(next, alert, alarming[0], nowMs)
  }
  return next
}

/** The alarms that still are, by the present states: after a gap, say, in which somebody took or answered one. */
export function alarmsStill(alarms: Alarms, now: (id: string) => ShownAlert | undefined): Alarms {
  const still = [...alarms].flatMap(([id, { alert: before, sinceMs }]) => {
    const alert = now(id)
    const isStill = alert !== undefined && wantsSomebody(alert) && responsesTo(alert) <= responsesTo(before)
    return isStill ? [[id, { alert, sinceMs }] as const] : []
  })
  return new Map(still)
}

function wantsSomebody(alert: ShownAlert): boolean {
  return isOpen(alert) && alert.operator.acknowledgedBy === null && alert.operator.assignedTo === null
}

function responsesTo({ operator }: ShownAlert): number {
  return operator.responses?.count ?? 0
}

function mildestOf(alarms: Alarms): string {
  let mildest: string | null = null
  let rank = Number.POSITIVE_INFINITY
  for (const [id, { alert }] of alarms) {
    if (severityRank(alert.severity) >= rank) continue
    rank = severityRank(alert.severity)
    mildest = id
  }
  return mildest as string
}

/** Those that these settings let sound, gravest first. */
export function sounding(alarms: Alarms, { least, withDrills }: SoundSettings): readonly Alarm[] {
  return [...alarms.values()]
    .filter(({ alert }) => severityRank(alert.severity) >= severityRank(least) && (withDrills || !alert.drill))
    .sort((a, b) => severityRank(b.alert.severity) - severityRank(a.alert.severity) || b.sinceMs - a.sinceMs)
}

/**
 * The severity to sound now, or null. However many there are, one sounds: at once where it is newer than the last sound, and
 * again after its time. `lastMs`: when something last sounded; a clock that was set back makes it sound rather than wait.
 */
export function soundNow(alarms: Alarms, settings: SoundSettings, lastMs: number | null, nowMs: number): Severity | null {
  const [gravest, ...others] = sounding(alarms, settings)
  if (gravest === undefined) return null
  const { severity } = gravest.alert
  if (lastMs === null || lastMs > nowMs) return severity
  const isNew = [gravest, ...others].some(({ alert, sinceMs }) => alert.severity === severity && sinceMs > lastMs)
  if (isNew) return severity
  const after = repeatMs[severity]
  return after !== null && nowMs - lastMs >= after ? severity : null
}

/** As the address says; severe and worse, without exercises, if it says nothing. */
export function soundSettingsIn(query: URLSearchParams): SoundSettings {
  return {
    least: severities.find(severity => severity === query.get('sound')) ?? 'severe',
    withDrills: query.get('sound-drills') === 'yes'
  }
}
