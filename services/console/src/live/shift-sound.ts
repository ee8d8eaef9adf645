// What should sound now: alerts that page and are unacknowledged since, only the gravest, again and
// again. Pure: times are passed in.

import {
  isOpen,
  type Severity,
  type ShownAlert,
  severities,
  severityRank
} from '../shown/shown-alert.ts'

/** An alert that sounds until somebody has acknowledged it or recorded a response. */
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

/** Beyond this many the gravest stay: the message is that there are many. */
export const alarmsMax = 1_000

/** Time between two soundings, ms; null: it sounds once. */
export const repeatMs: Readonly<Record<Severity, number | null>> = {
  extreme: 8_000,
  severe: 20_000,
  moderate: 60_000,
  minor: null
}

/**
 * The least time from one sounding to the next, ms: the longest siren takes 1.4 s, and two
 * simultaneous sirens cannot be distinguished.
 */
export const pauseMs = 2_000

/** When something last sounded, ms, and how grave it was. */
export interface LastSound {
  readonly atMs: number
  readonly severity: Severity
}

/**
 * The alarms after an event that states an alert: one more if it pages, for any event type; one
 * less if somebody has acknowledged the alert or responded to it, or it is over.
 */
export function alarmsAfter(alarms: Alarms, alert: ShownAlert, nowMs: number): Alarms {
  const { alertId, notify } = alert
  const next = new Map(alarms)
  if (!wantsSomebody(alert)) next.delete(alertId)
  else if (notify === 'page') next.set(alertId, { alert, sinceMs: nowMs })
  else {
    const known = next.get(alertId)
    if (known !== undefined) next.set(alertId, { ...known, alert })
  }
  if (next.size > alarmsMax) next.delete(findMildest(next))
  return next
}

/**
 * The alarms after a gap without events, by the states before and after it: alerts that page and
 * were raised, reopened or became graver. O(alerts).
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
    const isNews =
      was === undefined || !isOpen(was) || severityRank(alert.severity) > severityRank(was.severity)
    if (!isNews || !isOpen(alert) || alert.notify !== 'page' || next.has(alert.alertId)) continue
    next = alarmsAfter(next, alert, nowMs)
  }
  return next
}

/**
 * The alarms plus unacknowledged alerts that do not sound yet, with any last event. O(alerts).
 */
export function alarmsWith(
  alarms: Alarms,
  unacknowledged: Iterable<ShownAlert>,
  nowMs: number
): Alarms {
  const next = new Map(alarms)
  for (const alert of unacknowledged)
    if (!next.has(alert.alertId)) next.set(alert.alertId, { alert, sinceMs: nowMs })
  if (next.size <= alarmsMax) return next
  const gravest = [...next].sort(
    ([, a], [, b]) => severityRank(b.alert.severity) - severityRank(a.alert.severity)
  )
  return new Map(gravest.slice(0, alarmsMax))
}

/**
 * The alarms that remain, by the present states: after a gap, for example, in which somebody
 * acknowledged or responded to one.
 */
export function alarmsStill(alarms: Alarms, now: (id: string) => ShownAlert | undefined): Alarms {
  const still = [...alarms].flatMap(([id, { sinceMs }]) => {
    const alert = now(id)
    return alert !== undefined && wantsSomebody(alert) ? [[id, { alert, sinceMs }] as const] : []
  })
  return new Map(still)
}

/** Also of an exercise. */
export function wantsSomebody({ operator }: ShownAlert): boolean {
  return operator.isAcknowledged === false
}

function findMildest(alarms: Alarms): string {
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
    .filter(
      ({ alert }) =>
        severityRank(alert.severity) >= severityRank(least) && (withDrills || !alert.drill)
    )
    .sort(
      (a, b) =>
        severityRank(b.alert.severity) - severityRank(a.alert.severity) || b.sinceMs - a.sinceMs
    )
}

/**
 * The severity to sound now, or null. However many there are, one sounds: after the pause where one
 * has come since the last sound or the gravest is graver than that, and again after its time. All
 * times are by one clock; where it was set back it sounds rather than waits.
 */
export function soundNow(
  alarms: Alarms,
  settings: SoundSettings,
  last: LastSound | null,
  nowMs: number
): Severity | null {
  const [gravest, ...others] = sounding(alarms, settings)
  if (gravest === undefined) return null
  const { severity } = gravest.alert
  if (last === null || last.atMs > nowMs) return severity
  if (nowMs - last.atMs < pauseMs) return null
  const isNew = [gravest, ...others].some(
    ({ alert, sinceMs }) => alert.severity === severity && sinceMs > last.atMs && sinceMs <= nowMs
  )
  if (isNew || severityRank(severity) > severityRank(last.severity)) return severity
  const after = repeatMs[severity]
  return after !== null && nowMs - last.atMs >= after ? severity : null
}

/** From the address; by default severe and worse, without exercises. */
export function soundSettingsIn(query: URLSearchParams): SoundSettings {
  return {
    least: severities.find(severity => severity === query.get('sound')) ?? 'severe',
    withDrills: query.get('sound-drills') === 'yes'
  }
}

/**
 * Whether sound may have been on before this page was loaded, which turned it off: the page was
 * reloaded, or its address has sound settings. `navigation`: how the browser came to it, in the
 * browser's words.
 */
export function mayHaveSounded(navigation: string | undefined, query: URLSearchParams): boolean {
  return (
    navigation === 'reload' ||
    navigation === 'back_forward' ||
    query.has('sound') ||
    query.has('sound-drills')
  )
}
