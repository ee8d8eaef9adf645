// The time at a place, next to UTC: by its first-level area, else by its country if that has one
// zone. If it has several, the text says so: a missing time would look like an oversight, and a
// wrong one would be believed.

import { areasByZone } from '@tocsin/gazetteer/world/area-zones'
import { timeWords } from './time-words.ts'
import { timeFormat, words } from './words.ts'

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

/**
 * `2 Jun, 11:00 there`, or that the place has several zones; null if the time equals UTC, or if the
 * place or its zone is unknown.
 */
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
