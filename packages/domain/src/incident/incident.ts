// An incident: the thing in the world, assembled from reports of different sources. Plain data, for
// findings and snapshots.

import { type Handling, stricter } from '../report/handling.ts'
import {
  type Actor,
  attackCategories,
  type Category,
  type Fatalities,
  type PersonKey,
  type Reliability,
  type ReportRevision,
  type UnnamedPerson
} from '../report/report.ts'
import { isExact, parseSpan, parseTimeMs, type Span } from '../space-time/event-time.ts'
import {
  type IncidentPlace,
  incidentPlace,
  isSamePlace,
  withStandingPlaces
} from './incident-place.ts'
import { kindsOf, type ReportView, sourceOf, type Witness, witnessOf } from './one-report.ts'
import {
  credibilityRank,
  gradedNamesOf,
  gradeKnown,
  isGood,
  passesGrade,
  reliabilityRank
} from './report-grade.ts'
import { tollOfTheFirst } from './toll.ts'

export type { IncidentPlace } from './incident-place.ts'
export type { ReportView, Witness } from './one-report.ts'

/**
 * Another incident that this one may be, with its deaths; by the id known to readers who see that
 * one (one of its reports).
 */
export interface Other {
  readonly id: string
  readonly fatalities: Fatalities
}

export interface Incident {
  readonly id: string
  /** Ids of its reports, the id itself among them, in order. */
  readonly reportIds: readonly string[]
  /** Changes exactly when anything changes that an alert could show; not with the id alone. */
  readonly contentKey: string
  readonly fromMs: number
  readonly toMs: number
  readonly exact: boolean
  readonly category: Category
  readonly tactics: readonly string[]
  readonly place: IncidentPlace
  readonly alsoAt: readonly IncidentPlace[]
  /** Its reports name more places than `alsoAt` has. Left out if they do not. */
  readonly arePlacesCut?: true
  readonly actors: readonly Actor[]
  readonly targets: readonly string[]
  readonly fatalities: Fatalities
  /**
   * Incidents that it may be and that are counted instead, in order of id. Left out if none.
   * Source: decision 0005.
   */
  readonly mayBe?: readonly Other[]
  /**
   * It is out of a crowd of reports that can't be told apart. Left out if it is none. Source:
   * decision 0005.
   */
  readonly inCrowd?: true
  readonly credibility: number
  /** Graded C3 or better, or of unknown grade: it may trigger. */
  readonly passesGrade: boolean
  /** False if no report has a known grade (F or 6): certainty stays at `possible`. */
  readonly gradeKnown: boolean
  /**
   * Actors and tactics that its reports of known grade name. Left out unless it has triggering
   * reports of both kinds.
   */
  readonly gradedNames?: readonly string[]
  /**
   * One source id for each independent origin, in order. Sources below C3 do not count beside
   * better ones.
   */
  readonly origins: readonly string[]
  /** The sources behind the origins, with what shows whether two of them copy one text. */
  readonly witnesses: readonly Witness[]
  readonly firstReportedAtMs: number
  readonly handling: Handling
  readonly persons: readonly PersonKey[]
  /** Unnamed persons. Left out if there are none. */
  readonly unnamed?: readonly UnnamedPerson[]
  readonly drill: boolean
}

/**
 * Order of the fold: (occurred.from, occurred.to, incident id). Source: core-idea.md#what-is-known.
 */
export function compareIncidents(a: Incident, b: Incident): number {
  return a.fromMs - b.fromMs || a.toMs - b.toMs || compareText(a.id, b.id)
}

/** Order of texts by code unit, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A revision as rules read it, without places that contradict their country. */
export function viewOf(
  revision: ReportRevision,
  firstReportedAtMs: number,
  reliability: Reliability,
  archive = false
): ReportView {
  const view = {
    revision: withStandingPlaces(revision),
    span: parseSpan(revision.occurred),
    reportedAtMs: parseTimeMs(revision.reportedAt),
    firstReportedAtMs,
    reliability
  }
  return archive ? { ...view, archive } : view
}

/**
 * The places of an incident, its own first: deaths belong to the whole, patterns of place see each.
 */
export function placesOf(incident: Incident): readonly IncidentPlace[] {
  return incident.alsoAt.length === 0 ? [incident.place] : [incident.place, ...incident.alsoAt]
}

/**
 * One incident from reports that belong to it. Pure; the order of the reports does not matter. Each
 * field comes from the best report that has it: better grade, then sharper date, then sharper
 * place, then the later report; a toll from the latest report of the best grade. If one report may
 * trigger, those that may not are ignored, since they would trigger with it.
 */
export function assembleIncident(reports: readonly ReportView[]): Incident {
  const [only] = reports
  const incident = only !== undefined && reports.length === 1 ? incidentOf(only) : joined(reports)
  if (reports.every(r => r.revision.unnamed === undefined)) return incident
  const unnamed = unnamedPersons(
    reports.some(passesGrade) ? reports.filter(passesGrade) : reports,
    incident.persons
  )
  return unnamed.length === 0 ? incident : { ...incident, unnamed }
}

/** For a single report: the usual case, equal to what `joined` would give. */
function incidentOf(report: ReportView): Incident {
  const { revision, span, firstReportedAtMs, reliability } = report
  const isWorthy = passesGrade(report)
  const { origins, witnesses } = sourceOf(report)
  return {
    id: revision.reportId,
    reportIds: [revision.reportId],
    contentKey: contentKeyOf([report]),
    fromMs: span.fromMs,
    toMs: span.toMs,
    exact: isExact(revision.occurred),
    category: revision.category,
    tactics: union([revision.tactics]),
    place: incidentPlace(revision.place, isGood(reliability)),
    alsoAt:
      revision.alsoAt.length === 0
        ? noPlaces
        : revision.alsoAt.map(p => incidentPlace(p, isGood(reliability))),
    actors: revision.actors,
    targets: kindsOf(revision.targets),
    fatalities: revision.fatalities,
    credibility: revision.credibility,
    passesGrade: isWorthy,
    gradeKnown: isWorthy && gradeKnown(report),
    origins,
    witnesses,
    firstReportedAtMs,
    handling: revision.handling,
    persons: uniquePersons([report]),
    drill: revision.drill
  }
}

function joined(reports: readonly ReportView[]): Incident {
  const isWorthy = reports.some(passesGrade)
  const worthy = isWorthy ? reports.filter(passesGrade) : reports
  const ranked = [...worthy].sort(compareWorth)
  const best = ranked[0] as ReportView
  const ids = reports.map(r => r.revision.reportId).sort(compareText)
  const first = reports.reduce((a, b) => (compareFirst(a, b) <= 0 ? a : b))
  const witnesses = worthy.map(witnessOf).sort((a, b) => compareText(a.sourceId, b.sourceId))
  const origins = independentOrigins(witnesses)
  const category = categoryOf(ranked)
  const span = commonSpan(ranked, category)
  const place = wholePlace(ranked)
  const [alsoAt, arePlacesCut] = furtherPlaces(ranked, place)
  const gradedNames = isWorthy ? gradedNamesOf(worthy) : null
  return {
    id: first.revision.reportId,
    reportIds: ids,
    contentKey: contentKeyOf(reports),
    fromMs: span.fromMs,
    toMs: span.toMs,
    exact: isExact(best.revision.occurred),
    category,
    tactics: union(ranked.map(r => r.revision.tactics)),
    place,
    alsoAt,
    ...(arePlacesCut ? { arePlacesCut } : {}),
    actors: longest(ranked.map(r => r.revision.actors)),
    targets: union(ranked.map(r => r.revision.targets.map(t => t.kind))),
    fatalities: tollOf(ranked),
    credibility: isWorthy ? corroborated(worthy, origins.length) : stated(reports),
    passesGrade: isWorthy,
    gradeKnown: reports.some(r => passesGrade(r) && gradeKnown(r)),
    ...(gradedNames === null ? {} : { gradedNames }),
    origins,
    witnesses,
    firstReportedAtMs: Math.min(...reports.map(r => r.firstReportedAtMs)),
    handling: reports.map(r => r.revision.handling).reduce(stricter),
    persons: uniquePersons(ranked),
    drill: best.revision.drill
  }
}

/** Order in which reports give an incident its id: earliest first, then least id. */
export function compareFirst(a: ReportView, b: ReportView): number {
  return (
    a.firstReportedAtMs - b.firstReportedAtMs ||
    compareText(a.revision.reportId, b.revision.reportId)
  )
}

function compareWorth(a: ReportView, b: ReportView): number {
  return (
    compareGrade(a, b) ||
    a.span.toMs - a.span.fromMs - (b.span.toMs - b.span.fromMs) ||
    (a.revision.place.radiusKm ?? Infinity) - (b.revision.place.radiusKm ?? Infinity) ||
    compareWord(a, b)
  )
}

function compareGrade(a: ReportView, b: ReportView): number {
  return (
    reliabilityRank[a.reliability] - reliabilityRank[b.reliability] ||
    (credibilityRank[a.revision.credibility] ?? 6) - (credibilityRank[b.revision.credibility] ?? 6)
  )
}

/** The later report first. */
function compareWord(a: ReportView, b: ReportView): number {
  return b.reportedAtMs - a.reportedAtMs || compareText(a.revision.reportId, b.revision.reportId)
}

/**
 * `attack` is the least specific kind of attack: a good report with a specific kind wins over a
 * better one without.
 */
function categoryOf(ranked: readonly ReportView[]): Category {
  const { category } = (ranked[0] as ReportView).revision
  if (category !== 'attack') return category
  return (
    ranked.map(r => r.revision.category).find(c => c !== 'attack' && attackCategories.has(c)) ??
    category
  )
}

/** Categories that last for days: their reports cover parts of one whole. */
const lasting: ReadonlySet<Category> = new Set<Category>([
  'blockade',
  'movement-denied',
  'aid-denied',
  'imposed-rule'
])

/**
 * The common part of the reports' spans; the best report's own if there is none. For lasting
 * categories, the union.
 */
function commonSpan(ranked: readonly ReportView[], category: Category): Span {
  if (lasting.has(category)) {
    return {
      fromMs: Math.min(...ranked.map(r => r.span.fromMs)),
      toMs: Math.max(...ranked.map(r => r.span.toMs))
    }
  }
  const fromMs = Math.max(...ranked.map(r => r.span.fromMs))
  const toMs = Math.min(...ranked.map(r => r.span.toMs))
  return fromMs <= toMs ? { fromMs, toMs } : (ranked[0] as ReportView).span
}

/**
 * The place: of the best report that names a settlement, else of the best with coordinates. An area
 * stated by a good report wins over one derived from another's coordinates.
 */
function wholePlace(ranked: readonly ReportView[]): IncidentPlace {
  const named =
    ranked.find(r => r.revision.place.settlement !== null) ??
    ranked.find(r => r.revision.place.lat !== null)
  const view = named ?? (ranked[0] as ReportView)
  const place = incidentPlace(view.revision.place, isGood(view.reliability))
  if (statesArea(view)) return place
  const stating = ranked.find(statesArea)
  if (stating === undefined) return place
  const { admin1, areaCertain, neighbours } = incidentPlace(
    stating.revision.place,
    isGood(stating.reliability)
  )
  return { ...place, admin1, areaCertain, neighbours }
}

/** A stated area that contradicts its coordinates counts as derived. */
function statesArea({ revision: { place } }: ReportView): boolean {
  return place.statedAdmin1 !== null && place.contradiction === undefined
}

/**
 * Further places: those of the report with the most, as it names them, and those that others add;
 * true: there are more.
 */
function furtherPlaces(
  ranked: readonly ReportView[],
  place: IncidentPlace
): readonly [readonly IncidentPlace[], boolean] {
  const several = ranked.filter(r => r.revision.alsoAt.length > 0)
  if (several.length === 0) return [noPlaces, false]
  const widest = several.reduce((a, b) =>
    b.revision.alsoAt.length > a.revision.alsoAt.length ? b : a
  )
  const named = (r: ReportView) =>
    r.revision.alsoAt.map(p => incidentPlace(p, isGood(r.reliability)))
  const found = named(widest).filter(further => !isSamePlace(place, further))
  for (const r of several) {
    if (found.length > furtherPlacesMax) break
    for (const further of [incidentPlace(r.revision.place, isGood(r.reliability)), ...named(r)]) {
      if (![place, ...found].some(known => isSamePlace(known, further))) found.push(further)
    }
  }
  return [found.slice(0, furtherPlacesMax), found.length > furtherPlacesMax]
}

const noPlaces: readonly IncidentPlace[] = []
/** Maximum number of further places of an incident, equal to that of one report. */
export const furtherPlacesMax = 20

/**
 * Tolls are updated for days: of equal grade the later report wins, however precise an earlier
 * one's date.
 */
function tollOf(ranked: readonly ReportView[]): Fatalities {
  const latest = [...ranked].sort((a, b) => compareGrade(a, b) || compareWord(a, b))
  return tollOfTheFirst(latest.map(({ revision }) => revision.fatalities))
}

/**
 * Credibility after corroboration by sources that may trigger: two independent origins give 2,
 * three 1; one keeps its own.
 */
function corroborated(reports: readonly ReportView[], origins: number): number {
  const alone = stated(reports)
  if (origins >= 3) return alone === 6 ? 2 : 1
  if (origins === 2) return alone === 6 ? 3 : Math.min(alone, 2)
  return alone
}

/** The best credibility that a report states. */
function stated(reports: readonly ReportView[]): number {
  return reports
    .map(r => r.revision.credibility)
    .sort((a, b) => (credibilityRank[a] as number) - (credibilityRank[b] as number))[0] as number
}

/**
 * Sources counted once per text: outlets that print one agency's text are one origin. One source id
 * each, in order. Pure.
 */
export function independentOrigins(witnesses: readonly Witness[]): string[] {
  const [only] = witnesses
  if (witnesses.length === 1 && only !== undefined) return [only.sourceId]
  const groups: { keys: Set<string>; sources: string[] }[] = []
  for (const { sourceId, keys } of witnesses) {
    const mine = [`s:${sourceId}`, ...keys]
    const touching = groups.filter(g => mine.some(k => g.keys.has(k)))
    const merged = {
      keys: new Set([...mine, ...touching.flatMap(g => [...g.keys])]),
      sources: [sourceId, ...touching.flatMap(g => g.sources)]
    }
    for (const g of touching) groups.splice(groups.indexOf(g), 1)
    groups.push(merged)
  }
  return groups.map(g => [...g.sources].sort(compareText)[0] as string).sort(compareText)
}

const nobody: readonly PersonKey[] = []

function uniquePersons(ranked: readonly ReportView[]): readonly PersonKey[] {
  if (ranked.every(r => r.revision.persons.length === 0)) return nobody
  const byKey = new Map<string, PersonKey>()
  for (const { revision } of ranked) {
    for (const p of revision.persons) {
      const known = byKey.get(p.key)
      byKey.set(p.key, known ? united(known, p) : p)
    }
  }
  return [...byKey.values()].sort((a, b) => compareText(a.key, b.key))
}

/**
 * Unnamed persons by role and kind: as many as the largest report has, since others describe the
 * same people, less those whom another report names. In order of role and kind.
 */
function unnamedPersons(
  reports: readonly ReportView[],
  named: readonly PersonKey[]
): readonly UnnamedPerson[] {
  const sameAs = (one: UnnamedPerson) => (other: UnnamedPerson) =>
    other.role === one.role && other.kind === one.kind
  const all = reports.flatMap(r => r.revision.unnamed ?? [])
  const kinds = all.filter((person, i) => all.findIndex(sameAs(person)) === i)
  return kinds
    .sort(
      (a, b) => compareText(a.role ?? '', b.role ?? '') || compareText(a.kind ?? '', b.kind ?? '')
    )
    .flatMap(person => {
      const told = reports.map(
        ({ revision: { persons, unnamed = [] } }) =>
          [...persons, ...unnamed].filter(sameAs(person)).length
      )
      const count = Math.min(Math.max(...told) - named.filter(sameAs(person)).length, unnamedMax)
      return Array.from({ length: Math.max(0, count) }, () => ({
        role: person.role,
        kind: person.kind
      }))
    })
}

/** Maximum number of persons without names per role and kind, equal to that of one report. */
const unnamedMax = 50

/** Every further name of a person, by any report. */
function united(a: PersonKey, b: PersonKey): PersonKey {
  return {
    key: a.key,
    role: a.role ?? b.role,
    kind: a.kind ?? b.kind,
    aliasKeys: union([a.aliasKeys, b.aliasKeys])
  }
}

function contentKeyOf(reports: readonly ReportView[]): string {
  const [only] = reports
  if (reports.length === 1 && only !== undefined) return contentOf(only)
  return reports.map(contentOf).sort(compareText).join('+')
}

/** Joined: a text put together by operators keeps each of its parts beside the whole. */
function contentOf({ revision: { reportId, contentHash }, reliability }: ReportView): string {
  return [reportId, contentHash, reliability].join('@')
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  const [only] = lists
  if (lists.length === 1 && only !== undefined && only.length < 2) return only
  return [...new Set(lists.flat())].sort(compareText)
}

function longest<T>(lists: readonly (readonly T[])[]): readonly T[] {
  return lists.reduce((a, b) => (b.length > a.length ? b : a))
}
