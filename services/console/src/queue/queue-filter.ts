// Which alerts are listed, and in which order: all this is in the address, so that a view can be
// bookmarked and sent to others. Named filters, what facets offer, and the file of the list.

import {
  isOldNews,
  isOpen,
  isUnacknowledged,
  type Severity,
  type ShownAlert,
  severities
} from '../shown/shown-alert.ts'
import { type Sort, sorts } from './story.ts'

/** As in an address. */
export const withins = ['1h', '6h', '24h'] as const
export type Within = (typeof withins)[number] | ''

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** What is now in each theatre, ms; in a theatre that is not named as in the suite. */
export interface Nows {
  readonly suite: number
  readonly of: Readonly<Record<string, number>>
}

export function toTheMinute({ suite, of }: Nows): Nows {
  const floor = (ms: number) => Math.floor(ms / minuteMs) * minuteMs
  return {
    suite: floor(suite),
    of: Object.fromEntries(Object.entries(of).map(([theatre, ms]) => [theatre, floor(ms)]))
  }
}

export function isChangedWithin(
  within: Within,
  { theatre, times }: Pick<ShownAlert, 'theatre' | 'times'>,
  nows: Nows
): boolean {
  if (within === '') return true
  const now = Object.hasOwn(nows.of, theatre) ? (nows.of[theatre] as number) : nows.suite
  return now - Date.parse(times.detectedAt) <= Number.parseInt(within, 10) * hourMs
}

/** A value, or `-` and a value that is not wanted. Empty: all. */
export type Facet = readonly string[]

export type Choice = 'yes' | 'not' | 'open'

export function choiceIn(facet: Facet, value: string): Choice {
  return facet.includes(value) ? 'yes' : facet.includes(`-${value}`) ? 'not' : 'open'
}

/** A press: wanted, then not wanted, then neither. */
export function pressed(facet: Facet, value: string): Facet {
  const others = facet.filter(each => each !== value && each !== `-${value}`)
  const choice = choiceIn(facet, value)
  return choice === 'open'
    ? [...others, value]
    : choice === 'yes'
      ? [...others, `-${value}`]
      : others
}

/** Whether something with these values is wanted. */
export function isWanted(facet: Facet, values: readonly string[]): boolean {
  if (facet.length === 0) return true
  if (values.some(value => facet.includes(`-${value}`))) return false
  return facet.every(each => each.startsWith('-')) || values.some(value => facet.includes(value))
}

/** The wanted values as the suite takes them; none where one is not wanted: it has no such filter. */
export function makeWanted(facet: Facet): Facet {
  return facet.some(each => each.startsWith('-')) ? [] : facet
}

/** As in an address. */
export function formatText(facet: Facet): string {
  return facet.map(encodeURIComponent).join(',')
}

const valuesMax = 40

export function facetIn(text: string | null): Facet {
  if (text === null || text === '') return []
  return [...new Set(text.split(',').map(decoded))].filter(each => each !== '').slice(0, valuesMax)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    // Whoever wrote it by hand meant the sign itself.
    if (error instanceof URIError) return text
    throw error
  }
}

export const statusFilters = ['open', 'closed', 'all'] as const
export type StatusFilter = (typeof statusFilters)[number]
/** Owners without a name: unassigned, and the signed-in user. A name follows `@`. */
export const [noOwner, me] = ['nobody', 'me'] as const
const ownerNamed = (name: string): string => `@${name}`

/** By what the list is grouped. */
export const groupings = ['none', 'country', 'area', 'rule', 'owner', 'severity'] as const
export type Grouping = (typeof groupings)[number]

export interface QueueFilter {
  readonly text: string
  /** Empty: all. */
  readonly severity: readonly Severity[]
  readonly status: StatusFilter
  /**
   * Only unacknowledged alerts: they paged, were not acknowledged, and no response is recorded. No
   * exercises.
   */
  readonly unacknowledged: boolean
  readonly owner: Facet
  readonly pattern: Facet
  readonly country: Facet
  readonly theatre: Facet
  /** Codes of areas, as in ISO 3166-2. */
  readonly admin1: Facet
  readonly certainty: Facet
  /**
   * The last change of an alert, not its first event: in a siege of months, what changed tonight
   * matters.
   */
  readonly within: Within
  readonly withOldNews: boolean
  readonly withDrills: boolean
  readonly sort: Sort
  readonly group: Grouping
}

export const wholeQueue: QueueFilter = {
  text: '',
  severity: [],
  status: 'open',
  owner: [],
  unacknowledged: false,
  pattern: [],
  country: [],
  theatre: [],
  admin1: [],
  certainty: [],
  within: '',
  withOldNews: true,
  withDrills: true,
  sort: 'grave',
  group: 'none'
}

const textMax = 200

/** Reads an address; missing or invalid members are as in the whole queue. */
export function filterIn(query: URLSearchParams): QueueFilter {
  const among = <T extends string>(name: string, values: readonly T[], otherwise: T): T =>
    values.find(value => value === query.get(name)) ?? otherwise
  const named = (query.get('severity') ?? '').split(',')
  return {
    text: (query.get('q') ?? '').slice(0, textMax),
    severity: severities.filter(severity => named.includes(severity)),
    status: among('status', statusFilters, wholeQueue.status),
    owner: facetIn(query.get('taken')),
    unacknowledged: query.get('answered') === 'false',
    pattern: facetIn(query.get('pattern')),
    country: facetIn(query.get('country')),
    theatre: facetIn(query.get('theatre')),
    admin1: facetIn(query.get('admin1')),
    certainty: facetIn(query.get('certainty')),
    within: among<Within>('changed', withins, ''),
    withOldNews: query.get('old') !== 'no',
    withDrills: query.get('drills') !== 'no',
    sort: among('sort', sorts, wholeQueue.sort),
    group: among('group', groupings, wholeQueue.group)
  }
}

/** The members of an address for a filter; null removes one. */
export function formatAddress(filter: QueueFilter): Readonly<Record<string, string | null>> {
  const unless = (value: string, usual: string) => (value === usual ? null : value)
  return {
    q: unless(filter.text, ''),
    severity: unless(filter.severity.join(','), ''),
    status: unless(filter.status, wholeQueue.status),
    taken: unless(formatText(filter.owner), ''),
    answered: filter.unacknowledged ? 'false' : null,
    pattern: unless(formatText(filter.pattern), ''),
    country: unless(formatText(filter.country), ''),
    theatre: unless(formatText(filter.theatre), ''),
    admin1: unless(formatText(filter.admin1), ''),
    certainty: unless(formatText(filter.certainty), ''),
    changed: unless(filter.within, ''),
    old: filter.withOldNews ? null : 'no',
    drills: filter.withDrills ? null : 'no',
    sort: unless(filter.sort, wholeQueue.sort),
    group: unless(filter.group, wholeQueue.group)
  }
}

/** As the query of an address, to be stored. */
export function formatQuery(filter: QueueFilter): string {
  const said = Object.entries(formatAddress(filter)).filter(([, value]) => value !== null)
  return new URLSearchParams(said as [string, string][]).toString()
}

export function isSame(a: QueueFilter, b: QueueFilter): boolean {
  return formatQuery(a) === formatQuery(b)
}

/** Whether anything but the order and the headings differs from the whole queue. */
export function isNarrowed(filter: QueueFilter): boolean {
  return Object.entries(formatAddress(filter)).some(
    ([name, value]) => name !== 'sort' && name !== 'group' && value !== null
  )
}

/**
 * `placeOf` gives an alert's place in words, which are searched as well; `me` is the name that
 * actions carry.
 */
export interface Judging {
  readonly me: string
  readonly placeOf: (alert: ShownAlert) => string
  readonly nows: Nows
}

/** Whether an alert is listed. O(length of its texts) with a search; O(1) without. */
export function isListed(filter: QueueFilter, alert: ShownAlert, judging: Judging): boolean {
  if (filter.status !== 'all' && isOpen(alert) !== (filter.status === 'open')) return false
  if (filter.severity.length > 0 && !filter.severity.includes(alert.severity)) return false
  if (!isWanted(filter.pattern, [alert.pattern])) return false
  if (!isWanted(filter.country, alert.area.country)) return false
  if (!isWanted(filter.theatre, [alert.theatre])) return false
  if (!isWanted(filter.admin1, alert.area.admin1)) return false
  if (!isWanted(filter.certainty, [alert.certainty])) return false
  if (filter.within !== '' && !isChangedWithin(filter.within, alert, judging.nows)) return false
  if (!filter.withOldNews && isOldNews(alert)) return false
  // It is shown in the alert that it describes, and in a list of its own pattern.
  if (alert.describes === true && !filter.pattern.includes(alert.pattern)) return false
  if (!filter.withDrills && alert.drill) return false
  if (filter.unacknowledged && !isUnacknowledged(alert)) return false
  return (
    (filter.owner.length === 0 || isWanted(filter.owner, listOwners(alert, judging.me))) &&
    saysAll(filter.text, alert, judging)
  )
}

/** What the owner of an alert is called in a filter. */
export function listOwners({ operator }: ShownAlert, myName: string): readonly string[] {
  const by = operator.assignedTo ?? operator.acknowledgedBy
  if (by === null) return [noOwner]
  return by === myName ? [me, ownerNamed(by)] : [ownerNamed(by)]
}

/** Every word of the search is somewhere in the alert, in any case and with any accents. */
function saysAll(text: string, alert: ShownAlert, judging: Judging): boolean {
  if (text === '') return true
  return saysWords(text, saidBy(alert, judging))
}

/** Whether each word of a search is in a text that is `plain`. */
export function saysWords(text: string, said: string): boolean {
  return plain(text)
    .split(/\s+/)
    .every(word => said.includes(word))
}

/**
 * By state of an alert: a search is typed letter by letter, and the texts of ten thousand alerts
 * are long.
 */
const texts = new WeakMap<ShownAlert, { readonly by: Judging; readonly said: string }>()

function saidBy(alert: ShownAlert, judging: Judging): string {
  const known = texts.get(alert)
  if (known?.by === judging) return known.said
  const { headline, inLanguages, ruleId, pattern, alertId, operator } = alert
  const parts = [
    headline,
    inLanguages?.fr.headline ?? null,
    judging.placeOf(alert),
    ruleId,
    pattern,
    alertId,
    operator.assignedTo,
    operator.acknowledgedBy
  ]
  const said = plain(parts.filter(part => part !== null).join(' '))
  texts.set(alert, { by: judging, said })
  return said
}

export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

export const presets = ['whole', 'unacknowledged', 'mine', 'closed', 'severe', 'new'] as const
export type Preset = (typeof presets)[number]

const members: Readonly<Record<Preset, Partial<QueueFilter>>> = {
  whole: {},
  unacknowledged: { unacknowledged: true, sort: 'waiting' },
  mine: { owner: [me] },
  closed: { status: 'closed', sort: 'newest' },
  severe: { owner: [noOwner], severity: ['extreme', 'severe'], withDrills: false },
  new: { owner: [noOwner], sort: 'newest', withOldNews: false }
}

/** How the list is grouped stays as the officer has it. */
export function presetFilter(preset: Preset, { group }: QueueFilter): QueueFilter {
  return { ...wholeQueue, ...members[preset], group }
}

export const exportFormats = ['csv', 'geojson'] as const
export type ExportFormat = (typeof exportFormats)[number]

const statuses = { open: 'provisional,confirmed', closed: 'retracted,resolved' } as const

/**
 * The address of the file. What the suite has no filter for is not part of it (filter-words.ts
 * names it).
 */
export function exportPath(filter: QueueFilter, format: ExportFormat): string {
  const { severity, status, withDrills } = filter
  const query = new URLSearchParams({ kind: 'alerts', format })
  for (const [name, values] of Object.entries({ severity, ...wantedValues(filter) }))
    if (values.length > 0) query.set(name, values.join(','))
  if (status !== 'all') query.set('status', statuses[status])
  // People open the file in Excel, which takes a file without the mark for another encoding.
  if (format === 'csv') query.set('bom', 'true')
  if (!withDrills) query.set('drill', 'false')
  return `/v1/export?${query}`
}

/** What the suite can filter and silence by. */
export function wantedValues({ pattern, theatre, country, admin1, certainty }: QueueFilter) {
  return {
    pattern: makeWanted(pattern),
    theatre: makeWanted(theatre),
    country: makeWanted(country),
    admin1: makeWanted(admin1),
    certainty: makeWanted(certainty)
  }
}

/** In the order in which they are offered. */
export const facetNames = ['country', 'admin1', 'pattern', 'owner', 'certainty', 'theatre'] as const
export type FacetName = (typeof facetNames)[number]

export type Counted = readonly (readonly [value: string, count: number])[]
/** The most frequent values first. */
export type Choices = Readonly<Record<FacetName, Counted>>

export const noChoices: Choices = {
  country: [],
  admin1: [],
  pattern: [],
  owner: [],
  certainty: [],
  theatre: []
}

/** O(alerts). */
export function choicesAmong(alerts: Iterable<ShownAlert>, myName: string): Choices {
  const found = Object.fromEntries(
    facetNames.map(name => [name, new Map<string, number>()] as const)
  ) as Record<FacetName, Map<string, number>>
  const count = (name: FacetName, values: readonly string[]) => {
    for (const value of values) found[name].set(value, (found[name].get(value) ?? 0) + 1)
  }
  for (const alert of alerts) {
    if (!isOpen(alert)) continue
    count('country', alert.area.country)
    count('admin1', alert.area.admin1)
    count('pattern', [alert.pattern])
    // Who is signed in is offered once.
    count('owner', listOwners(alert, myName).slice(0, 1))
    count('certainty', [alert.certainty])
    count('theatre', [alert.theatre])
  }
  return Object.fromEntries(
    facetNames.map(name => [name, [...found[name]].sort(name === 'owner' ? byOwner : byCount)])
  ) as unknown as Choices
}

type Value = readonly [value: string, count: number]

function byCount([a, m]: Value, [b, n]: Value): number {
  return n - m || (a < b ? -1 : 1)
}

function byOwner(one: Value, other: Value): number {
  const rank = ([value]: Value) => [noOwner, me].indexOf(value as typeof me | typeof noOwner)
  return rank(other) >= 0 || rank(one) >= 0
    ? computeRank(rank(one)) - computeRank(rank(other))
    : byCount(one, other)
}

const computeRank = (place: number): number => (place < 0 ? 2 : place)

/**
 * With what is chosen, although no open alert has it: an address may name it, and the list must say
 * what holds.
 */
export function withChosen(known: Counted, chosen: Facet): Counted {
  const missing = chosen
    .map(each => each.replace(/^-/, ''))
    .filter(value => !known.some(([each]) => each === value))
  return [...known, ...missing.map(value => [value, 0] as const)]
}

export type EmptyList =
  /** The page is not live, or open alerts are still coming. */
  'not-live' | 'loading' | 'filtered' | 'quiet'

export interface ListSigns {
  readonly isLive: boolean
  /** All open alerts have come. */
  readonly isWhole: boolean
  readonly isNarrowed: boolean
  /** Closed ones are asked for, and have not come. */
  readonly lacksClosed: boolean
}

export function makeEmptyList({ isLive, isWhole, isNarrowed, lacksClosed }: ListSigns): EmptyList {
  if (!isLive) return 'not-live'
  if (!isWhole || lacksClosed) return 'loading'
  return isNarrowed ? 'filtered' : 'quiet'
}
