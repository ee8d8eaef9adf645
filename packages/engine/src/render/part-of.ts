// Under which alert a list shows another: an attack that four rules see is listed once. A function of
// the open alerts of one fold; it makes no events.

import type { AlertStatement, AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { severities } from '@tocsin/contracts/theatre/severity'
import { computeDistanceKm } from '../data/distance.ts'
import { situationPattern, situationReachKm } from '../rules/situation-lines.ts'

export interface ListedAlert
  extends Pick<
    AlertSum,
    'alertId' | 'pattern' | 'status' | 'severity' | 'group' | 'drill' | 'triggers' | 'from'
  > {
  /** `seq` of its first event: the older is lower. */
  readonly firstSeq: number
  /** Of its statement. */
  readonly area: Pick<AlertStatement['area'], 'admin1' | 'circle'>
  /** Nobody is notified of it: it is part of what it describes, and nothing is part of it. */
  readonly describes: boolean
}

/** An alert as it is listed: by the sum of its events, and what its statement says of its place. */
export function listAlert(
  { alertId, pattern, status, severity, group, drill, triggers, from }: AlertSum,
  { area, describes = false }: AlertStatement,
  firstSeq: number
): ListedAlert {
  return {
    ...{ alertId, pattern, status, severity, group, drill, triggers, from },
    ...{ area, describes, firstSeq }
  }
}

/** Patterns that gather all alerts of an area, and patterns about one event. */
const gathering: ReadonlySet<string> = new Set(['compound-crisis'])
const singleEvents: ReadonlySet<string> = new Set(['mass-casualty'])

/** Breadth of a group by its only name; a group of several names is one aspect of an area. */
const breadths: Readonly<Record<string, number>> = { admin1: 1, country: 3, theatre: 4 }
const gatheringBreadth = 2
/** A situation gathers what lies in it. */
const situationBreadth = 0.5
const descriptionBreadth = -1

interface Candidate extends ListedAlert {
  readonly breadth: number
  readonly weight: number
}

/** Parents by alert id, of all alerts or of some. An alert without a parent has no entry. */
export function findParents(
  alerts: Iterable<ListedAlert>,
  some?: ReadonlySet<string>
): ReadonlyMap<string, string> {
  const stated = [...alerts].filter(isOpen)
  const clusters = stated.filter(isSituation)
  const open = stated.map(alert => makeCandidate(alert, clusters))
  const children = some === undefined ? open : open.filter(({ alertId }) => some.has(alertId))
  const byArea = groupByArea(open)
  const byTrigger = groupByTrigger(open, children)
  const situations = open.filter(isSituation)
  const parents = new Map<string, string>()
  for (const alert of children) {
    const near: Neighbours = {
      inArea: [...alert.area.admin1, anyArea].flatMap(area => byArea.get(area) ?? []),
      sharing: listSoughtTriggers(alert).flatMap(trigger => byTrigger.get(trigger) ?? []),
      around: situations.filter(situation => liesIn(alert, situation))
    }
    const parent = findParent(alert, near)
    if (parent !== null) parents.set(alert.alertId, parent.alertId)
  }
  return parents
}

/** Alerts under which one may be listed. */
interface Neighbours {
  readonly inArea: readonly Candidate[]
  readonly sharing: readonly Candidate[]
  readonly around: readonly Candidate[]
}

function isSituation({ pattern, describes }: ListedAlert): boolean {
  return pattern === situationPattern && !describes
}

/** True if an alert has begun since, within reach of the circle of a situation. */
function liesIn({ area, from }: ListedAlert, situation: ListedAlert): boolean {
  const [one, other] = [area.circle, situation.area.circle]
  if (one === null || other === null || from < situation.from) return false
  const km = computeDistanceKm(one[0], one[1], other[0], other[1])
  return km + one[2] <= other[2] + situationReachKm
}

function isOpen({ status }: ListedAlert): boolean {
  return status === 'provisional' || status === 'confirmed'
}

function makeCandidate(alert: ListedAlert, clusters: readonly ListedAlert[]): Candidate {
  const weight = severities.indexOf(alert.severity)
  const breadth = computeBreadth(alert)
  // About more than a place, but nothing of it happens elsewhere: the situation says it already.
  const isWithin =
    breadth > situationBreadth &&
    breadth !== gatheringBreadth &&
    clusters.some(cluster => cluster.drill === alert.drill && liesIn(alert, cluster))
  return { ...alert, breadth: isWithin ? 0 : breadth, weight }
}

/** 0 a place, 1 an area, 2 all of an area, 3 a country, 4 a theatre. */
function computeBreadth(alert: ListedAlert): number {
  const { pattern, group, describes } = alert
  if (describes) return descriptionBreadth
  if (gathering.has(pattern)) return gatheringBreadth
  if (isSituation(alert)) return situationBreadth
  const names = Object.keys(group).filter(name => name !== 'drill')
  if (singleEvents.has(pattern) || names.length !== 1) return 0
  return breadths[names[0]!] ?? 0
}

/** Key of alerts about the theatre. */
const anyArea = ''

/** The area an alert is about, under which others look for a parent. */
function findArea({ pattern, group, area }: ListedAlert): string | undefined {
  const { admin1 } = area
  if (singleEvents.has(pattern)) return admin1.length === 1 ? admin1[0] : undefined
  return group.admin1 ?? (group.theatre === undefined ? undefined : anyArea)
}

function groupByArea(alerts: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const areas = new Map<string, Candidate[]>()
  for (const alert of alerts) {
    const area = findArea(alert)
    if (area !== undefined) addTo(areas, area, alert)
  }
  return areas
}

/** By trigger, of the triggers by which a child looks for a parent. */
function groupByTrigger(
  alerts: readonly Candidate[],
  children: readonly Candidate[]
): ReadonlyMap<number, readonly Candidate[]> {
  const sought = new Set(children.flatMap(listSoughtTriggers))
  const triggers = new Map<number, Candidate[]>()
  for (const alert of alerts)
    if (!alert.describes)
      for (const trigger of alert.triggers) if (sought.has(trigger)) addTo(triggers, trigger, alert)
  return triggers
}

/** The first and the last; all of what describes a part of them. */
function listSoughtTriggers({ triggers, describes }: ListedAlert): readonly number[] {
  if (describes) return triggers
  return triggers.length === 0 ? [] : [triggers[0]!, triggers.at(-1)!]
}

function addTo<K>(lists: Map<K, Candidate[]>, key: K, alert: Candidate): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [alert])
  else list.push(alert)
}

/**
 * The situation that it describes, else what gathers or covers its area, else the situation in which
 * it lies, an event of the same kind, the broadest around it.
 */
function findParent(alert: Candidate, near: Neighbours): Candidate | null {
  const above = near.inArea.filter(other => isAbove(other, alert))
  const sharing = near.sharing.filter(other => isAbove(other, alert))
  const described = alert.describes ? sharing.filter(isSituation) : []
  const covering = above.filter(other => other.breadth > 0 && covers(other, alert))
  const around = near.around.filter(other => other.breadth > alert.breadth && isAbove(other, alert))
  const alike = above.filter(other => isAlike(other, alert))
  const wide = above.filter(other => reaches(other, alert))
  wide.push(...sharing)
  return (
    pickFirst(described, compareWeight) ??
    pickFirst(covering, compareWeight) ??
    pickFirst(around, compareWeight) ??
    pickFirst(alike, compareWeight) ??
    pickFirst(wide, (a, b) => b.breadth - a.breadth || compareWeight(a, b))
  )
}

function pickFirst(
  alerts: readonly Candidate[],
  compare: (a: Candidate, b: Candidate) => number
): Candidate | null {
  if (alerts.length === 0) return null
  return alerts.reduce((first, alert) => (compare(alert, first) < 0 ? alert : first))
}

/** Broader, or as broad and older and not less severe: so no two alerts are parents of each other. */
function isAbove(other: Candidate, alert: Candidate): boolean {
  if (other.alertId === alert.alertId || other.drill !== alert.drill) return false
  if (other.describes) return false
  if (other.breadth !== alert.breadth) return other.breadth > alert.breadth
  return other.firstSeq < alert.firstSeq && other.weight >= alert.weight
}

function covers({ group }: Candidate, { area: { admin1 } }: Candidate): boolean {
  return admin1.length > 0 && admin1.every(area => area === group.admin1)
}

function isAlike(other: Candidate, alert: Candidate): boolean {
  if (!singleEvents.has(alert.pattern) || other.pattern !== alert.pattern) return false
  const area = findArea(alert)
  return area !== undefined && findArea(other) === area
}

/** A spread over the theatre has reached all its areas, and the alert is not the more severe. */
function reaches(other: Candidate, { area: { admin1 }, weight }: Candidate): boolean {
  const isEnough =
    other.weight > weight || (other.weight === weight && weight <= severities.indexOf('moderate'))
  return (
    other.group.theatre !== undefined &&
    isEnough &&
    admin1.length > 0 &&
    admin1.every(area => other.area.admin1.includes(area))
  )
}

function compareWeight(a: Candidate, b: Candidate): number {
  return (
    Number(gathering.has(b.pattern)) - Number(gathering.has(a.pattern)) ||
    b.weight - a.weight ||
    a.firstSeq - b.firstSeq ||
    (a.alertId < b.alertId ? -1 : 1)
  )
}
