// What should sound now: of the alerts that page, only the gravest, again and again. Pure: times are
// passed in.

import { type Severity, type ShownAlert, severities, severityRank } from '../shown/shown-alert.ts'

/** An alert that sounds until somebody has acknowledged it or recorded a response. */
export interface Alarm {
  readonly alert: ShownAlert
  /** When it last paged. */
  readonly sinceMs: number
}

interface SoundSettings {
  /** The mildest that sounds. */
  readonly least: Severity
  /** Exercises sound only where they were asked for. */
  readonly withDrills: boolean
}

/** Time between two soundings, ms; null: it sounds once. */
export const repeatMs: Readonly<Record<Severity, number | null>> = {
  extreme: 8_000,
  severe: 20_000,
  moderate: 60_000,
  minor: null
}

/** Between two soundings, ms: the longest siren takes 1.4 s, and two cannot be told apart. */
export const pauseMs = 2_000

/** When something last sounded, ms, and how grave it was. */
export interface LastSound {
  readonly atMs: number
  readonly severity: Severity
}

/** Also of an exercise. */
export function wantsSomebody({ operator }: ShownAlert): boolean {
  return operator.isAcknowledged === false
}

/** Those that still want somebody and that these settings let sound, gravest first. */
export function sounding(
  alarms: Iterable<Alarm>,
  { least, withDrills }: SoundSettings
): readonly Alarm[] {
  const rank = ({ alert }: Alarm) => severityRank(alert.severity)
  return [...alarms]
    .filter(each => wantsSomebody(each.alert) && rank(each) >= severityRank(least))
    .filter(({ alert }) => withDrills || !alert.drill)
    .sort((a, b) => rank(b) - rank(a) || b.sinceMs - a.sinceMs)
}

/**
 * The severity to sound now, or null; `alarms`: the gravest first. However many there are, one
 * sounds: after the pause where one has come since the last sound or the gravest is graver than
 * that, and again after its time. A clock that was set back sounds rather than waits.
 */
export function soundNow(
  alarms: readonly Alarm[],
  last: LastSound | null,
  nowMs: number
): Severity | null {
  const severity = alarms[0]?.alert.severity
  if (severity === undefined) return null
  if (last === null || last.atMs > nowMs) return severity
  if (nowMs - last.atMs < pauseMs) return null
  const isNew = alarms.some(
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

/** Whether sound may have been on before a reload. `navigation`: in the browser's words. */
export function mayHaveSounded(navigation: string | undefined, query: URLSearchParams): boolean {
  const isReload = navigation === 'reload' || navigation === 'back_forward'
  return isReload || query.has('sound') || query.has('sound-drills')
}
