// Which alerts are listed, and in which order: all this is in the address, so that a view can be
// bookmarked and sent to others.

import {
  isOldNews,
  isOpen,
  isUnacknowledged,
  type Severity,
  type ShownAlert,
  severities
} from '../shown/shown-alert.ts'
import { isChangedWithin, type Nows, type Within, withins } from './changed-within.ts'
import { type Facet, facetIn, formatText, isWanted } from './facet.ts'
import { type Sort, sorts } from './story.ts'

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
