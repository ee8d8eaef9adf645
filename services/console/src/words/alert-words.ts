// An alert and its parts in words: its statement in the officer’s language, as the suite wrote it, and
// its facts. Pure except for the names of codes, which arrive later.

import { findPlaceName } from '@tocsin/domain/place-name'
import {
  eventName,
  partnersDeedIn,
  type SeenBelow,
  type ShownAlert,
  type ShownEvidence,
  type ShownIncident,
  type ShownPlace,
  type Spot,
  type Toll
} from '../shown/shown-alert.ts'
import { areaWords, categoryWords, countryWords, nameIn, tacticWords } from './code-names.ts'
import { capital } from './language/language.ts'
import { type TimePlace, timeAtWords, timeWords, waitWords, windowWords } from './time-words.ts'
import { language, words } from './words.ts'

export interface AlertTexts {
  readonly language: string
  readonly headline: string
  readonly explanation: string
  /** Name of the measure. */
  readonly measure: string
  /** Causes of the levels, in their order. */
  readonly levels: readonly string[]
}

interface Headlined {
  readonly headline: string
  readonly inLanguages?: { readonly fr: { readonly headline: string } } | undefined
}

/** In the suite's language where it did not write them in the officer's. */
export function readTexts(alert: ShownAlert): AlertTexts {
  return {
    ...{ explanation: alert.explanation, measure: alert.measure.name, levels: readReasons(alert) },
    ...findOwnTexts(alert),
    ...readHeadlineIn(alert)
  }
}

/** With the language that it is in. */
export function readHeadlineIn(alert: Headlined): Pick<AlertTexts, 'headline' | 'language'> {
  const own = findOwnTexts(alert)
  return own === undefined
    ? { headline: alert.headline, language: words.suiteLanguage }
    : { headline: own.headline, language: language.value }
}

export function readHeadline(alert: Headlined): string {
  return readHeadlineIn(alert).headline
}

/** Causes of the levels, in their order. */
export function readReasons(alert: Pick<ShownAlert, 'levels' | 'inLanguages'>): readonly string[] {
  return findOwnTexts(alert)?.levels ?? alert.levels.map(({ reason }) => reason)
}

function findOwnTexts<T>({
  inLanguages
}: {
  readonly inLanguages?: { readonly fr: T } | undefined
}): T | undefined {
  return language.value === 'en' ? undefined : inLanguages?.[language.value]
}

/** What readers of a lower handling level see of an alert. */
export function seenBelowWords(
  { alertId, evidenceCount }: Pick<ShownAlert, 'alertId' | 'evidenceCount'>,
  { alertId: other, status, evidenceCount: seen }: SeenBelow
): string {
  const { noAlertBelow, otherAlertBelow, evidenceBelow } = words.alert
  if (status === null || seen === null) return noAlertBelow
  const said = words.statuses[status].toLowerCase()
  const all = evidenceCount.triggers + evidenceCount.support
  return `${other === alertId ? said : otherAlertBelow(said)}, ${evidenceBelow(seen.triggers + seen.support, all)}`
}

const areasShown = 4

/** The name of the one place that it is about; empty for none. */
export function formatPlaceName({
  group = {}
}: {
  readonly group?: Readonly<Record<string, string>> | undefined
}): string {
  return findPlaceName(group) ?? ''
}

/** Where: the group's own name first, then areas. */
export function placeWords({ group = {}, area }: Pick<ShownAlert, 'group' | 'area'>): string {
  const own = findPlaceName(group)
  // Mopti is in Mopti: name it once, and first.
  const isOwn = (code: string) => own === nameIn('areas', code)
  const codes = [...area.admin1.filter(isOwn), ...area.admin1.filter(code => !isOwn(code))]
  const areas = codes.length > 0 ? codes.map(areaWords) : area.country.map(countryWords)
  const shown =
    areas.length > areasShown
      ? [...areas.slice(0, areasShown), words.place.more(areas.length - areasShown)]
      : areas
  const apart = own === null || codes.some(isOwn) ? [] : [own]
  return [...new Set([...apart, ...shown])].join(' · ')
}

/** The same in a row: the place itself, and the area or country around it. */
export function shortPlaceWords({ group = {}, area }: Pick<ShownAlert, 'group' | 'area'>): string {
  const own = findPlaceName(group)
  const areas = area.admin1.map(code => nameIn('areas', code) ?? code)
  const around = areas.length > 0 ? areas : area.country.map(countryWords)
  const apart = around.filter(name => name !== own)
  const countries = area.country.map(countryWords)
  if (own !== null) return [own, ...(apart.length === 1 ? apart : [])].join(', ')
  if (around.length > 1) return `${around[0]}, ${words.place.more(around.length - 1)}`
  return [...new Set([...around, ...(countries.length === 1 ? countries : [])])].join(', ')
}

/** Deaths as they are known: unknown is not zero. */
export function deathsWords({ low, best, high }: Toll): string {
  const { deaths } = words
  if (low === null && best === null && high === null) return deaths.unknown
  if (best !== null && low === best && high === best) return String(best)
  const range =
    low === null
      ? high === null
        ? ''
        : deaths.atMost(high)
      : high === null
        ? deaths.atLeast(low)
        : deaths.range(low, high)
  return best === null ? range : deaths.about(best, range)
}

/** Who has it. */
export function holderWords(
  { acknowledgedBy, acknowledgedUntil, assignedTo }: ShownAlert['operator'],
  place?: TimePlace
): string {
  if (assignedTo !== null) return words.holder.with(assignedTo)
  if (acknowledgedBy === null) return words.holder.nobody
  if (acknowledgedUntil === null) return words.holder.acknowledged(acknowledgedBy)
  return words.holder.acknowledgedUntil(acknowledgedBy, timeAtWords(acknowledgedUntil, place))
}

/** How an officer judged it; of a later suite by its name. */
export function dispositionWords(disposition: string): string {
  const names: Readonly<Record<string, string>> = words.dispositions
  return names[disposition] ?? disposition
}

/** What was done about it: of several responses the last. */
export function doneWords({ responses }: ShownAlert['operator'], place?: TimePlace): string {
  if (responses === undefined) return words.responses.nothing
  const { last, count } = responses
  return words.responses.last(responseKindWords(last.kind), timeAtWords(last.at, place), count)
}

/** A kind of response; one of a later suite by its name. */
export function responseKindWords(kind: string, form: 'kinds' | 'short' = 'kinds'): string {
  const names = words.responses[form]
  return Object.hasOwn(names, kind) ? names[kind as keyof typeof names] : kind
}

/** Who has it, and what was done last. */
export function answeredWords(operator: ShownAlert['operator'], place?: TimePlace): string {
  const holder = holderWords(operator, place)
  const { last } = operator.responses ?? {}
  return last === undefined
    ? holder
    : words.responses.row(holder, responseKindWords(last.kind, 'short'))
}

/** How long after it was raised something was done; officers may have been there before. */
export function afterRaisedWords(afterMs: number): string {
  const { after, before, atOnce } = words.responses
  if (Math.abs(afterMs) < 1_000) return atOnce
  return afterMs > 0 ? after(waitWords(afterMs)) : before(waitWords(-afterMs))
}

/** In words; an unknown kind by its name. An assignment without an owner is a release. */
export function eventWords(type: string, data: ShownAlert | null = null): string {
  const assignedTo =
    eventName(type) === 'assigned' && data !== null ? data.operator.assignedTo : undefined
  if (typeof assignedTo === 'string') return words.assignedToName(assignedTo)
  const isTakenBack =
    eventName(type) === 'response-corrected' && data?.operator.responseWithdrawn !== undefined
  if (data !== null && partnersDeedIn(type, data.operator) !== undefined)
    return words.events['answered-done']
  const name =
    assignedTo === null ? 'given-back' : isTakenBack ? 'response-withdrawn' : eventName(type)
  return Object.hasOwn(words.events, name) ? words.events[name as keyof typeof words.events] : name
}

/** Category and tactics, without a tactic that repeats the category. */
export function kindWords({
  category,
  tactics
}: Pick<ShownIncident, 'category' | 'tactics'>): string {
  const kind = categoryWords(category)
  const ways = [...new Set(tactics.map(tacticWords))].filter(way => way !== kind)
  const text = ways.length === 0 ? kind : `${kind} (${ways.join(', ')})`
  return capital(text)
}

const reportsShown = 3

/** One incident in a list: what, where, when, and its sources, since two may share the rest. */
export function incidentWords(incident: ShownIncident): string {
  const what = `${kindWords(incident)}: ${precisionWords(incident.place)}, ${windowWords(incident.occurred)}`
  const names = incident.reports
    .slice(0, reportsShown)
    .map(({ sourceId, externalId }) => reportWords(sourceId, externalId))
  const more = incident.reports.length - names.length
  return names.length === 0
    ? what
    : `${what} (${[...names, ...(more > 0 ? [words.place.more(more)] : [])].join(', ')})`
}

/** By its incident; by its id where that is not loaded, or is evidence no more. */
export function pieceWords(evidence: readonly ShownEvidence[], id: string): string {
  const incident = evidence.find(({ incidentId }) => incidentId === id)?.incident
  return incident ? incidentWords(incident) : words.evidence.incident(id)
}

/** `wire-1 W-3`: a report by its source and what that calls it. */
export function reportWords(sourceId: string, externalId: string | null): string {
  return externalId === null ? sourceId : `${sourceId} ${externalId}`
}

/** A place, stated no more precisely than it is known. */
export function precisionWords(place: ShownPlace): string {
  const { name, settlementName, country, admin1, lat, lon } = place
  const where =
    settlementName ??
    name ??
    (lat === null || lon === null ? words.place.unknown : `${lat.toFixed(3)}, ${lon.toFixed(3)}`)
  const isArea = admin1 !== null && nameIn('areas', admin1) === where
  const area = admin1 !== null ? areaWords(admin1) : country !== null ? countryWords(country) : ''
  return [isArea ? '' : where, area, computePrecision(place)].filter(part => part !== '').join(', ')
}

function computePrecision({ contradiction, resolution, radiusKm }: ShownPlace): string {
  if (contradiction === 'country') return words.place.outsideCountry
  if (contradiction === 'admin1') return words.place.outsideArea
  if (resolution === 'unresolved') return words.place.notFound
  if (radiusKm === null) return ''
  return resolution === 'ambiguous' ? words.place.oneOf(radiusKm) : words.place.within(radiusKm)
}

/** Candidates for an incident's place and its further places; empty if there are none. */
export function otherPlacesWords({
  place,
  alsoAt
}: Pick<ShownIncident, 'place' | 'alsoAt'>): readonly string[] {
  const { candidates = [], candidatesOmitted = 0 } = place
  const more = candidatesOmitted > 0 ? `; ${words.place.more(candidatesOmitted)}` : ''
  return [
    ...(candidates.length > 0
      ? [words.place.mayBe(candidates.map(spotWords).join(words.place.or)) + more]
      : []),
    ...(alsoAt.length > 0 ? [words.place.alsoAt(alsoAt.map(precisionWords).join('; '))] : [])
  ]
}

/** What keeps it from being counted by itself. `beside`: events shown with it, by name. */
export function doubtWords(
  { mayBe = [], inCrowd }: Pick<ShownIncident, 'mayBe' | 'inCrowd'>,
  beside: readonly ShownEvidence[]
): readonly string[] {
  // Two pieces of evidence may have become one incident since.
  const shown = new Map(
    beside.flatMap(({ incident }) =>
      incident === null ? [] : [[incident.incidentId, incident] as const]
    )
  )
  const named = mayBe.flatMap(id => {
    const other = shown.get(id)
    return other === undefined
      ? []
      : [`${kindWords(other)}, ${windowWords(other.occurred)}, ${precisionWords(other.place)}`]
  })
  const others = mayBe.length - named.length
  const which = others === 0 ? named : [...named, words.onMap.notShown(others)]
  return [
    ...(mayBe.length === 0 ? [] : [words.onMap.mayBe(which.join(words.place.or))]),
    ...(inCrowd === true ? [words.onMap.inCrowd] : [])
  ]
}

function spotWords({ name, admin1, country, lat, lon }: Spot): string {
  const area = admin1 !== null ? areaWords(admin1) : country ? countryWords(country) : ''
  return [name, area, `${lat.toFixed(2)}, ${lon.toFixed(2)}`].filter(part => part !== '').join(', ')
}

/** Instants as the console writes times, with their age within a day. `nowMs`: null omits it. */
export function withReadableTimes(sentence: string, nowMs: number | null = null): string {
  return sentence.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z/g, iso => {
    const ageMs = nowMs === null ? Number.NaN : nowMs - Date.parse(iso)
    // Tolerates a clock slightly behind the suite's.
    const isLately = ageMs > -agoSkewMs && ageMs < agoMaxMs
    return isLately ? words.time.withAge(timeWords(iso), waitWords(ageMs)) : timeWords(iso)
  })
}

const agoMaxMs = 86_400_000
const agoSkewMs = 60_000

/** `Supply line interdiction`: the name of a pattern, or the words of its code. */
export function patternWords(pattern: string): string {
  return capital(nameIn('patterns', pattern) ?? pattern.replaceAll('-', ' '))
}
