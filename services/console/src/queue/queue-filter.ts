// Which alerts are listed, and in which order: all this is in the address, so that a view can be
// bookmarked and sent to others. Named filters, what facets offer, and the file of the list.

import {
  findOwner,
  isOldNews,
  isOpen,
  isUnacknowledged,
  type Severity,
  type ShownAlert,
  severities
} from '../shown/shown-alert.ts'

/** Alternatives of one property; with `-` before it a value that is not wanted. Empty: all. */
export type Facet = readonly string[]

/** Owners without a name: unassigned, and the signed-in user. A name follows `@`. */
export const [noOwner, me] = ['nobody', 'me'] as const

/** What an alert has of each facet, in the order in which they are offered; `myName`: as actions carry it. */
const valuesOf = {
  country: alert => alert.area.country,
  admin1: alert => alert.area.admin1,
  pattern: alert => [alert.pattern],
  owner: ({ operator }, myName) => {
    const owner = findOwner(operator)
    if (owner === null) return [noOwner]
    return owner === myName ? [me, `@${owner}`] : [`@${owner}`]
  },
  certainty: alert => [alert.certainty],
  theatre: alert => [alert.theatre]
} as const satisfies Record<string, (alert: ShownAlert, myName: string) => Facet>

export type FacetName = keyof typeof valuesOf
export const facetNames = Object.keys(valuesOf) as readonly FacetName[]
const memberOf = (name: FacetName) => (name === 'owner' ? 'taken' : name)

function forFacets<T>(make: (name: FacetName) => T): Record<FacetName, T> {
  return Object.fromEntries(facetNames.map(name => [name, make(name)])) as Record<FacetName, T>
}

export function choiceIn(facet: Facet, value: string): 'yes' | 'not' | 'open' {
  return facet.includes(value) ? 'yes' : facet.includes(`-${value}`) ? 'not' : 'open'
}

/** A press: wanted, then not wanted, then neither. */
export function pressed(facet: Facet, value: string): Facet {
  const others = facet.filter(each => each !== value && each !== `-${value}`)
  const next = { open: [value], yes: [`-${value}`], not: [] }
  return [...others, ...next[choiceIn(facet, value)]]
}

function isWanted(facet: Facet, values: readonly string[]): boolean {
  if (facet.length === 0) return true
  if (values.some(value => facet.includes(`-${value}`))) return false
  return facet.every(each => each.startsWith('-')) || values.some(value => facet.includes(value))
}

const valuesMax = 40

function facetIn(text: string | null): Facet {
  const values = (text ?? '').split(',').map(decoded)
  return [...new Set(values)].filter(each => each !== '').slice(0, valuesMax)
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

export const sorts = ['grave', 'waiting', 'newest', 'oldest', 'place'] as const
export type Sort = (typeof sorts)[number]
export const statusFilters = ['open', 'closed', 'all'] as const
export const groupings = ['none', 'country', 'area', 'rule', 'owner', 'severity'] as const
export type Grouping = (typeof groupings)[number]
/** As in an address. */
export const withins = ['1h', '6h', '24h'] as const

export interface QueueFilter extends Readonly<Record<FacetName, Facet>> {
  readonly text: string
  readonly severity: readonly Severity[]
  readonly status: (typeof statusFilters)[number]
  /** Paged, not acknowledged, without a response. No drills. */
  readonly unacknowledged: boolean
  /** By the last change, in the theatre's time: in a long siege, what changed tonight matters. */
  readonly within: (typeof withins)[number] | ''
  readonly withOldNews: boolean
  readonly withDrills: boolean
  readonly sort: Sort
  readonly group: Grouping
}

export const wholeQueue: QueueFilter = {
  ...forFacets(() => []),
  ...{ text: '', severity: [], status: 'open', unacknowledged: false, within: '' },
  ...{ withOldNews: true, withDrills: true, sort: 'grave', group: 'none' }
}

const textMax = 200

/** Reads an address; missing or invalid members are as in the whole queue. */
export function filterIn(query: URLSearchParams): QueueFilter {
  const among = <T extends string>(name: string, values: readonly T[], otherwise: T): T =>
    values.find(value => value === query.get(name)) ?? otherwise
  const named = (query.get('severity') ?? '').split(',')
  return {
    ...forFacets(name => facetIn(query.get(memberOf(name)))),
    text: (query.get('q') ?? '').slice(0, textMax),
    severity: severities.filter(severity => named.includes(severity)),
    status: among('status', statusFilters, wholeQueue.status),
    unacknowledged: query.get('answered') === 'false',
    within: among<QueueFilter['within']>('changed', withins, ''),
    withOldNews: query.get('old') !== 'no',
    withDrills: query.get('drills') !== 'no',
    sort: among('sort', sorts, wholeQueue.sort),
    group: among('group', groupings, wholeQueue.group)
  }
}

/** The members of an address for a filter; null removes one. */
export function formatAddress(filter: QueueFilter): Readonly<Record<string, string | null>> {
  const { text, severity, status, unacknowledged, within, sort, group } = filter
  const unless = (value: string, usual: string) => (value === usual ? null : value)
  const facets = facetNames.map(name => [
    memberOf(name),
    unless(filter[name].map(encodeURIComponent).join(','), '')
  ])
  return {
    q: unless(text, ''),
    severity: unless(severity.join(','), ''),
    status: unless(status, wholeQueue.status),
    answered: unacknowledged ? 'false' : null,
    ...(Object.fromEntries(facets) as Record<string, string | null>),
    changed: unless(within, ''),
    old: filter.withOldNews ? null : 'no',
    drills: filter.withDrills ? null : 'no',
    sort: unless(sort, wholeQueue.sort),
    group: unless(group, wholeQueue.group)
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
  return !isSame({ ...filter, sort: wholeQueue.sort, group: wholeQueue.group }, wholeQueue)
}

/** What is now in each theatre, ms; in a theatre that is not named as in the suite. */
export interface Nows {
  readonly suite: number
  readonly of: Readonly<Record<string, number>>
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** A list is not judged again each second. */
export function toTheMinute({ suite, of }: Nows): Nows {
  const floor = (ms: number) => Math.floor(ms / minuteMs) * minuteMs
  const all = Object.entries(of).map(([theatre, ms]) => [theatre, floor(ms)])
  return { suite: floor(suite), of: Object.fromEntries(all) }
}

/** `placeOf`: the place in words, which is searched too; `me`: the name that actions carry. */
export interface Judging {
  readonly me: string
  readonly placeOf: (alert: ShownAlert) => string
  readonly nows: Nows
}

/** Whether an alert is listed. O(length of its texts) with a search; O(1) without. */
export function isListed(filter: QueueFilter, alert: ShownAlert, judging: Judging): boolean {
  if (filter.status !== 'all' && isOpen(alert) !== (filter.status === 'open')) return false
  if (filter.severity.length > 0 && !filter.severity.includes(alert.severity)) return false
  for (const name of facetNames)
    if (filter[name].length > 0 && !isWanted(filter[name], valuesOf[name](alert, judging.me)))
      return false
  if (filter.within !== '') {
    const { suite, of } = judging.nows
    const now = Object.hasOwn(of, alert.theatre) ? (of[alert.theatre] as number) : suite
    const agoMs = now - Date.parse(alert.times.detectedAt)
    if (agoMs > Number.parseInt(filter.within, 10) * hourMs) return false
  }
  if (!filter.withOldNews && isOldNews(alert)) return false
  // It is shown in the alert that it describes, and in a list of its own pattern.
  if (alert.describes === true && !filter.pattern.includes(alert.pattern)) return false
  if (!filter.withDrills && alert.drill) return false
  if (filter.unacknowledged && !isUnacknowledged(alert)) return false
  return filter.text === '' || saysWords(filter.text, saidBy(alert, judging))
}

/** Whether each word of a search is in a text that is `plain`. */
export function saysWords(text: string, said: string): boolean {
  return plain(text)
    .split(/\s+/)
    .every(word => said.includes(word))
}

/** A search is typed letter by letter, and the texts of ten thousand alerts are long. */
const texts = new WeakMap<ShownAlert, { readonly by: Judging; readonly said: string }>()

function saidBy(alert: ShownAlert, judging: Judging): string {
  const known = texts.get(alert)
  if (known?.by === judging) return known.said
  const { headline, inLanguages, ruleId, pattern, alertId, operator } = alert
  const parts = [
    ...[headline, inLanguages?.fr.headline, judging.placeOf(alert), ruleId, pattern, alertId],
    ...[operator.assignedTo, operator.acknowledgedBy]
  ]
  const said = plain(parts.filter(part => part != null).join(' '))
  texts.set(alert, { by: judging, said })
  return said
}

/** In any case and with any accents. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** Filters with a name. None is stored: each is an address. */
const named = {
  whole: {},
  unacknowledged: { unacknowledged: true, sort: 'waiting' },
  mine: { owner: [me] },
  closed: { status: 'closed', sort: 'newest' },
  severe: { owner: [noOwner], severity: ['extreme', 'severe'], withDrills: false },
  new: { owner: [noOwner], sort: 'newest', withOldNews: false }
} as const satisfies Record<string, Partial<QueueFilter>>
export type Preset = keyof typeof named
export const presets = Object.keys(named) as readonly Preset[]

/** How the list is grouped stays as the officer has it. */
export function presetFilter(preset: Preset, { group }: QueueFilter): QueueFilter {
  return { ...wholeQueue, ...named[preset], group }
}

export const exportFormats = ['csv', 'geojson'] as const

const statuses = { open: 'provisional,confirmed', closed: 'retracted,resolved' } as const

/** The file of the list, without what the suite cannot filter by (filter-words.ts names it). */
export function exportPath(filter: QueueFilter, format: (typeof exportFormats)[number]): string {
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

/** What the suite can filter and silence by; nothing of a facet with a value that is not wanted. */
export function wantedValues(filter: QueueFilter): Omit<Record<FacetName, Facet>, 'owner'> {
  const { owner, ...wanted } = forFacets(name =>
    filter[name].some(each => each.startsWith('-')) ? [] : filter[name]
  )
  return wanted
}

type Counted = readonly (readonly [value: string, count: number])[]
/** Values that open alerts carry, each with how many: the most frequent first. */
export type Choices = Readonly<Record<FacetName, Counted>>

export const noChoices: Choices = forFacets(() => [])

/** O(alerts). */
export function choicesAmong(alerts: Iterable<ShownAlert>, myName: string): Choices {
  const found = forFacets(() => new Map<string, number>())
  for (const alert of alerts) {
    if (!isOpen(alert)) continue
    for (const name of facetNames) {
      const values = valuesOf[name](alert, myName)
      // Who is signed in is offered once.
      for (const value of name === 'owner' ? values.slice(0, 1) : values)
        found[name].set(value, (found[name].get(value) ?? 0) + 1)
    }
  }
  return forFacets(name => [...found[name]].sort(byCount))
}

/** No owner and the reader first. */
function byCount([a, m]: Counted[number], [b, n]: Counted[number]): number {
  const rank = (value: string) => [me, noOwner].indexOf(value as typeof me)
  return rank(b) - rank(a) || n - m || (a < b ? -1 : 1)
}

/** With what is chosen although no open alert has it: the list must say what holds. */
export function withChosen(known: Counted, chosen: Facet): Counted {
  const missing = chosen
    .map(each => each.replace(/^-/, ''))
    .filter(value => !known.some(([each]) => each === value))
  return [...known, ...missing.map(value => [value, 0] as const)]
}

/** Why a list is empty. `lacksClosed`: closed ones are asked for, and have not come. */
export function makeEmptyList({
  isLive,
  isWhole,
  isNarrowed: isOfSome,
  lacksClosed
}: Readonly<Record<'isLive' | 'isWhole' | 'isNarrowed' | 'lacksClosed', boolean>>) {
  if (!isLive) return 'not-live'
  if (!isWhole || lacksClosed) return 'loading'
  return isOfSome ? 'filtered' : 'quiet'
}
