// Phrases that headlines and explanations of several patterns share.

import type { Incident, IncidentPlace } from '../../incident/incident.ts'
import type { Near } from '../../report/report.ts'
import { areaInCountry, areaName } from '../../space-time/area-names.ts'
import { countryName } from '../../space-time/country-names.ts'
import { dayMs, formatDay, type Span } from '../../space-time/event-time.ts'

/** `a`, `a and b`, `a, b and c`; names above `most` become a number. */
export function listOf(names: readonly string[], most = names.length): string {
  const shown =
    names.length <= most ? names : [...names.slice(0, most), `${names.length - most} more`]
  return shown.length < 2
    ? (shown[0] ?? '')
    : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** `1 attack`, `2 attacks`. */
export function countedText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** The time of one event: `on 1 October 2025`, or `between 1 October 2025 and 9 October 2025`. */
export function momentWords({ fromMs, toMs }: Span): string {
  const [from, to] = [formatDay(fromMs), formatDay(toMs)]
  return from === to ? `on ${from}` : `between ${from} and ${to}`
}

/** A span of days: `on 1 October 2025`, or `from 1 October 2025 to 9 October 2025`. */
export function spanWords(fromMs: number, toMs: number): string {
  const [from, to] = [formatDay(fromMs), formatDay(toMs)]
  return from === to ? `on ${from}` : `from ${from} to ${to}`
}

/**
 * Longer names, or such that read like a sentence, are quoted: they are a reporter's words, not
 * ours.
 */
const plainName = /^(?!.*\p{L}{4}[.] )[\p{L}\p{M}\p{N} .'’‘ʼ()/&-]{1,30}$/u
const namedCharactersMax = 60

/**
 * The name of an actor as a reporter states it, for a sentence: quoted unless it is short and
 * plain, cut beyond 60 characters, and without marks piled on a letter, which would cover the lines
 * beside it.
 */
export function statedName(name: string): string {
  const characters = [...name.replace(/(\p{M}{2})\p{M}+/gu, '$1')]
  const shown =
    characters.length > namedCharactersMax
      ? `${characters.slice(0, namedCharactersMax - 1).join('')}…`
      : characters.join('')
  return plainName.test(shown) ? shown : `“${shown}”`
}

/**
 * A place's name: its settlement, else as stated, else by the nearest settlement, else its area;
 * null if none is known.
 */
export function placeName(place: IncidentPlace): string | null {
  return pointName(place) ?? (place.admin1 === null ? null : areaName(place.admin1))
}

/** A place's name as `placeName` gives it, without its area. */
export function pointName({ settlementName, name, near }: IncidentPlace): string | null {
  return settlementName ?? name ?? (near === undefined ? null : formatNear(near))
}

const nearKm = 10

/** `near Tillabéri (4 km)`, or `38 km N of Ouallam`. */
function formatNear({ name, km, wind }: Near): string {
  if (km <= nearKm) return `near ${name} (${km} km)`
  const [first, second = ''] = wind.split('-')
  return `${km} km ${`${first?.charAt(0)}${second.charAt(0)}`.toUpperCase()} of ${name}`
}

/**
 * A place in a sentence: `near Konna`, or `at Konna`; a name that is relative to a settlement stays
 * as it is.
 */
export function besidePlace(name: string, word: 'near' | 'at' = 'near'): string {
  return /^(near|\d+ km [NESW]{1,2} of) /.test(name) ? name : `${word} ${name}`
}

/**
 * Where a named place lies: `in Mopti (Mali)`; for a settlement of the same name as its area only
 * `in Mali`.
 */
export function areaBeside(admin1: string, names: readonly string[]): string {
  const [name, country] = [areaName(admin1), countryName(admin1.slice(0, 2))]
  return names.includes(name) && name !== country ? `in ${country}` : `in ${areaInCountry(admin1)}`
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/**
 * Added to an explanation if the day of some evidence is unknown and each day of its interval has a
 * share.
 */
export function intervalNote(triggers: readonly Incident[]): string {
  return haveIntervals(triggers)
    ? ' Some dates are intervals: each counts by the share of its days in the window.'
    : ''
}

/** The same if such evidence counts whole; `except` names the exception. */
export function wholeIntervalNote(triggers: readonly Incident[], except = ''): string {
  return haveIntervals(triggers)
    ? ` Some dates are intervals: each counts in every window that it overlaps${except}.`
    : ''
}

/** For patterns that only support with an interval longer than their window. */
export const unlessTooLong = '; one longer than the window is supporting evidence only'

/** Absence is measured only while we were listening. */
export const notReceivedNote = 'Days when no reports could be received are not counted.'

function haveIntervals(triggers: readonly Incident[]): boolean {
  return triggers.some(i => i.toMs - i.fromMs >= dayMs)
}
