// Times in words. Every time is in UTC, followed by the time at its place: by its first-level area,
// else by its country if that has one zone. If it has several, the text says so: a missing time would
// look like an oversight, and a wrong one would be believed.

import { areasByZone } from '@tocsin/gazetteer/world/area-zones'
import { timeFormat, words } from './words.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const dayFormat = timeFormat({ timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' })
const clockFormat = timeFormat({ timeZone: 'UTC', hour: '2-digit', minute: '2-digit' })
const exactFormat = timeFormat({
  timeZone: 'UTC',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit'
})

/** An instant that cannot be read is told as it is. */
const written = (write: (ms: number) => string) => (iso: string) => {
  const ms = Date.parse(iso)
  return Number.isNaN(ms) ? iso : write(ms)
}

/** `2 Jun 2025` */
export const computeDay = dayFormat
export const dayWords = written(dayFormat)

/** `2 Jun`: where the year is plain. */
export const shortDayWords = written(
  timeFormat({ timeZone: 'UTC', day: 'numeric', month: 'short' })
)

/** `Jun 2025` */
export const monthWords = timeFormat({ timeZone: 'UTC', month: 'short', year: 'numeric' })

/** `2 Jun 2025, 09:00 UTC` */
export const timeWords = written(ms => `${dayFormat(ms)}, ${clockFormat(ms)} UTC`)

/** `09:00`: where the day and UTC are plain. */
export const clockWords = written(clockFormat)

/** `14:03:10 UTC`, with its day where that is long ago. */
export function sinceWords(atMs: number, nowMs: number): string {
  return nowMs - atMs >= dayMs / 2
    ? timeWords(new Date(atMs).toISOString())
    : `${exactFormat(atMs)} UTC`
}

/** `4 min`, `3 h`, `12 d`: short, one unit. */
export function ageWords(ms: number): string {
  const { time } = words
  if (!Number.isFinite(ms) || ms < minuteMs) return time.now
  if (ms < hourMs) return time.units.minutes(Math.floor(ms / minuteMs))
  if (ms < dayMs) return time.units.hours(Math.floor(ms / hourMs), 0)
  if (ms < 90 * dayMs) return time.units.days(Math.floor(ms / dayMs), 0)
  return time.months(Math.floor(ms / (30.44 * dayMs)))
}

/** `4 min ago`; just now below a minute, and if a clock is slightly behind. */
export function agoWords(ms: number): string {
  return words.holder.ago(Number.isFinite(ms) && ms >= minuteMs ? ageWords(ms) : null)
}

/** A wait or a short age, to the second below two minutes. */
export function waitWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  return seconds < 120 ? words.time.units.seconds(seconds) : ageWords(ms)
}

/** A measured time, exact to about one in a hundred: `45 s`, `12 min`, `3 h 20 min`, `2 d 5 h`. */
export function durationWords(seconds: number): string {
  const { units } = words.time
  if (seconds < 120) return units.seconds(seconds)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return units.minutes(minutes)
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return units.hours(hours, minutes % 60)
  const days = Math.floor(hours / 24)
  return units.days(days, days < 10 ? hours % 24 : 0)
}

/** How late an alert was raised: after the first report, and after what it is about began. */
export function lateWords(raisedAt: string, firstReportedAt: string, beganAt: string): string {
  const since = (iso: string) =>
    durationWords(Math.max(0, Math.floor((Date.parse(raisedAt) - Date.parse(iso)) / 1_000)))
  return words.time.late(since(firstReportedAt), since(beganAt))
}

/** A mark of a scale, in the greatest unit that gives a whole number. */
export function markWords(seconds: number): string {
  const { units } = words.time
  if (seconds % 86_400 === 0) return units.days(seconds / 86_400, 0)
  return seconds === 60 ? units.minutes(1) : durationWords(seconds)
}

/** The time that an alert or an incident is about. */
export function windowWords({
  from,
  to
}: {
  readonly from: string
  readonly to: string | null
}): string {
  if (to === null) return words.time.since(dayWords(from))
  return dayWords(from) === dayWords(to)
    ? dayWords(from)
    : words.time.span(dayWords(from), dayWords(to))
}

/** Where it is about, as an alert has it: ISO 3166-1, and ISO 3166-2. */
export interface TimePlace {
  readonly country: readonly string[]
  readonly admin1: readonly string[]
}

/** The place of a report or an incident. */
export function makeTimePlace({
  country,
  admin1
}: {
  readonly country: string | null
  readonly admin1: string | null
}): TimePlace {
  return { country: country === null ? [] : [country], admin1: admin1 === null ? [] : [admin1] }
}

/** `2 Jun 2025, 09:00 UTC (2 Jun, 11:00 there)` */
export function timeAtWords(iso: string, place: TimePlace | undefined): string {
  const there = thereWords(iso, place)
  return there === null ? timeWords(iso) : `${timeWords(iso)} (${there})`
}

/** `2 Jun, 11:00 there`, or that there are several zones; null if UTC, or if unknown. */
export function thereWords(iso: string, place: TimePlace | undefined): string | null {
  const ms = Date.parse(iso)
  if (place === undefined || Number.isNaN(ms)) return null
  const zones = zonesAt(place)
  if (zones.length === 0) return null
  const times = new Set(zones.map(zone => makeFormat(zone)(ms)))
  if (times.size > 1) return words.time.severalZones
  const [there = ''] = times
  return there === makeFormat('UTC')(ms) ? null : words.time.there(there)
}

const formats = new Map<string, (atMs: number) => string>()

function makeFormat(zone: string): (atMs: number) => string {
  const format =
    formats.get(zone) ??
    timeFormat({
      timeZone: zone,
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit'
    })
  formats.set(zone, format)
  return format
}

/** Zones of its areas; for a country without a named area, all of its zones. */
function zonesAt({ country, admin1 }: TimePlace): readonly string[] {
  const ofAreas = admin1.flatMap(area => zonesByArea().get(area) ?? computeZones(area.slice(0, 2)))
  const without = country.filter(code => !admin1.some(area => area.startsWith(`${code}-`)))
  return [...new Set([...ofAreas, ...without.flatMap(computeZones)])]
}

let byArea: ReadonlyMap<string, readonly string[]> | null = null

function zonesByArea(): ReadonlyMap<string, readonly string[]> {
  if (byArea !== null) return byArea
  const found = new Map<string, string[]>()
  for (const [zone, areas] of Object.entries(areasByZone))
    for (const area of areas.split(' ')) found.set(area, [...(found.get(area) ?? []), zone])
  byArea = found
  return byArea
}

interface ZonedLocale extends Intl.Locale {
  getTimeZones?(): readonly string[] | undefined
}

function computeZones(country: string): readonly string[] {
  try {
    return (new Intl.Locale(`und-${country}`) as ZonedLocale).getTimeZones?.() ?? []
  } catch (error) {
    // A code that is no region has no zones.
    if (error instanceof RangeError) return []
    throw error
  }
}
