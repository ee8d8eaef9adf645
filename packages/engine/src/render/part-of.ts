// Under which alert a list shows another: an attack that four rules see is listed once. A function of
// the open alerts of one fold; it makes no events.

import type { AlertStatement, AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { severities } from '@tocsin/contracts/theatre/severity'
import { computeDistanceKm, kmPerDegree } from '../data/distance.ts'
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
  readonly weight: number
  breadth: number
  /** For which situations `breadth` was computed. */
  situations: number
}

/** The open alerts of a fold, which change one by one, and under which each is listed. */
export class OpenAlerts {
  readonly #open = new Map<string, Candidate>()
  readonly #byArea = new Map<string, Set<Candidate>>()
  /** Without what describes: nothing is part of it. */
  readonly #byTrigger = new Map<number, Set<Candidate>>()
  /** Situations by each degree of latitude within their reach. */
  readonly #byLatitude = new Map<number, Set<Candidate>>()
  /** Changes of where situations are. */
  #situations = 0
  /** By alert, since the last change; null: none. */
  readonly #parents = new Map<string, string | null>()

  get(alertId: string): ListedAlert | undefined {
    return this.#open.get(alertId)
  }

  /** An alert as it is now; one that is over goes. */
  put(alert: ListedAlert): void {
    const before = this.#open.get(alert.alertId)
    const after = isOpen(alert) ? makeCandidate(alert) : undefined
    if (before !== undefined) this.#remove(before)
    if (after !== undefined) this.#add(after)
    if (!isSamePlace(before, after)) this.#situations++
    this.#parents.clear()
  }

  delete(alertId: string): void {
    const before = this.#open.get(alertId)
    if (before === undefined) return
    this.#remove(before)
    if (isSituation(before)) this.#situations++
    this.#parents.clear()
  }

  /** The alert under which an alert is listed; null: none, or it is not open. */
  findParent(alertId: string): string | null {
    const alert = this.#open.get(alertId)
    if (alert === undefined) return null
    let parent = this.#parents.get(alertId)
    if (parent === undefined) {
      parent = findParent(this.#settle(alert), this.#listNear(alert))?.alertId ?? null
      this.#parents.set(alertId, parent)
    }
    return parent
  }

  #listNear(alert: Candidate): Neighbours {
    const settle = (each: Candidate) => this.#settle(each)
    return {
      inArea: [...alert.area.admin1, anyArea].flatMap(area =>
        Array.from(this.#byArea.get(area) ?? [], settle)
      ),
      sharing: listSoughtTriggers(alert).flatMap(trigger =>
        Array.from(this.#byTrigger.get(trigger) ?? [], settle)
      ),
      around: this.#listSituationsNear(alert)
        .filter(situation => liesIn(alert, situation))
        .map(settle)
    }
  }

  #listSituationsNear({ area: { circle } }: Candidate): readonly Candidate[] {
    return circle === null ? [] : [...(this.#byLatitude.get(Math.floor(circle[0])) ?? [])]
  }

  /** With its breadth among the situations as they are now. */
  #settle(alert: Candidate): Candidate {
    if (alert.situations === this.#situations) return alert
    alert.situations = this.#situations
    alert.breadth = computeBreadth(alert)
    if (alert.breadth <= situationBreadth || alert.breadth === gatheringBreadth) return alert
    // About more than a place, but nothing of it happens elsewhere: the situation says it already.
    const isWithin = this.#listSituationsNear(alert).some(
      situation => situation.drill === alert.drill && liesIn(alert, situation)
    )
    if (isWithin) alert.breadth = 0
    return alert
  }

  #add(alert: Candidate): void {
    this.#open.set(alert.alertId, alert)
    const area = findArea(alert)
    if (area !== undefined) addTo(this.#byArea, area, alert)
    if (!alert.describes)
      for (const trigger of alert.triggers) addTo(this.#byTrigger, trigger, alert)
    for (const latitude of listLatitudes(alert)) addTo(this.#byLatitude, latitude, alert)
  }

  #remove(alert: Candidate): void {
    this.#open.delete(alert.alertId)
    const area = findArea(alert)
    if (area !== undefined) removeFrom(this.#byArea, area, alert)
    for (const trigger of alert.triggers) removeFrom(this.#byTrigger, trigger, alert)
    for (const latitude of listLatitudes(alert)) removeFrom(this.#byLatitude, latitude, alert)
  }
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

/** The degrees of latitude within reach of a situation; none for any other alert. */
function listLatitudes(alert: ListedAlert): readonly number[] {
  const { circle } = alert.area
  if (circle === null || !isSituation(alert)) return []
  const [lat, , km] = circle
  const reach = (km + situationReachKm) / kmPerDegree
  const first = Math.floor(lat - reach)
  return Array.from({ length: Math.floor(lat + reach) - first + 1 }, (_, i) => first + i)
}

/** True if the same alerts lie in both, or neither is a situation. */
function isSamePlace(one: ListedAlert | undefined, other: ListedAlert | undefined): boolean {
  const [a, b] = [one, other].map(alert =>
    alert !== undefined && isSituation(alert)
      ? JSON.stringify([alert.area.circle, alert.from, alert.drill])
      : null
  )
  return a === b
}

function makeCandidate(alert: ListedAlert): Candidate {
  return { ...alert, weight: severities.indexOf(alert.severity), breadth: 0, situations: -1 }
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

/** The first and the last; all of what describes a part of them. */
function listSoughtTriggers({ triggers, describes }: ListedAlert): readonly number[] {
  if (describes) return triggers
  return triggers.length === 0 ? [] : [triggers[0]!, triggers.at(-1)!]
}

function addTo<K>(sets: Map<K, Set<Candidate>>, key: K, alert: Candidate): void {
  const set = sets.get(key)
  if (set === undefined) sets.set(key, new Set([alert]))
  else set.add(alert)
}

function removeFrom<K>(sets: Map<K, Set<Candidate>>, key: K, alert: Candidate): void {
  const set = sets.get(key)
  set?.delete(alert)
  if (set?.size === 0) sets.delete(key)
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
