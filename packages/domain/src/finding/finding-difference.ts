// Whether two findings look the same to readers of an alert. Ids of incidents are ignored: a change
// of id alone is no revision.

import type { Incident } from '../incident/incident.ts'
import { contentKeyOf } from '../incident/incident-list.ts'
import { type Handling, leastHandling } from '../report/handling.ts'
import type { Finding } from './finding.ts'
import { areDeathsAlike } from './finding-continuity.ts'
import { areOfOneGroup } from './finding-group.ts'
import { listedTriggers, namedSupport } from './named-evidence.ts'

/** True if readers could see no difference but in `omitted`. Pure. */
export function saysTheSame(a: Finding, b: Finding): boolean {
  return a === b || (opensTheSame(a, b) && areSaidAlike(namedSupport(a), namedSupport(b)))
}

/** True if two findings have the same listed triggers, by content. Pure. */
export function listTheSame(a: Finding, b: Finding): boolean {
  return areSaidAlike(listedTriggers(a.triggers), listedTriggers(b.triggers))
}

/**
 * How the support of a finding differs from that of a previous one: the least handling of what
 * differs, null if nothing does.
 */
export interface SupportChange {
  /** Support that is gone, or has another content. */
  readonly lost: Handling | null
  /** All that differs. Counts of what is not named travel with the next event: they make none. */
  readonly any: Handling | null
}

/**
 * How the support differs if nothing else does; null if readers see another difference. The order
 * of support is none. `toldTo`: the least handling of those who were told of support before. Pure.
 */
export function supportChangeOf(
  before: Finding,
  now: Finding,
  toldTo: ToldTo = handlingOf
): SupportChange | null {
  if (before === now) return nothingChanged
  if (!opensTheSame(before, now)) return null
  const { gone, fresh } = apart(namedSupport(before), namedSupport(now))
  // What has only lost its place to what is more open is still known.
  const lost = leastOf(gone.length === 0 ? gone : without(gone, now.support), toldTo)
  return { lost, any: leastHandling(lost, leastOf(fresh, handlingOf)) }
}

/** The support that evidence names and did not name before, by content. Pure. */
export function freshSupport(before: Finding, now: Finding): readonly Incident[] {
  return apart(namedSupport(before), namedSupport(now)).fresh
}

export type ToldTo = (incident: Incident) => Handling

const handlingOf: ToldTo = ({ handling }) => handling

const nothingChanged: SupportChange = { lost: null, any: null }

/**
 * The incidents that only one of two lists has, by content. Common beginnings and ends are skipped.
 */
function apart(
  before: readonly Incident[],
  now: readonly Incident[]
): Record<'gone' | 'fresh', readonly Incident[]> {
  const least = Math.min(before.length, now.length)
  let from = 0
  while (from < least && isSaidAlike(before[from], now[from])) from += 1
  let ending = 0
  while (
    ending < least - from &&
    isSaidAlike(before[before.length - 1 - ending], now[now.length - 1 - ending])
  )
    ending += 1
  const gone = before.slice(from, before.length - ending)
  const fresh = now.slice(from, now.length - ending)
  if (gone.length === 0 || fresh.length === 0) return { gone, fresh }
  return { gone: without(gone, fresh), fresh: without(fresh, gone) }
}

function without(list: readonly Incident[], others: readonly Incident[]): readonly Incident[] {
  const known = new Set(others.map(({ contentKey }) => contentKey))
  return list.filter(({ contentKey }) => !known.has(contentKey))
}

function leastOf(incidents: readonly Incident[], toldTo: ToldTo): Handling | null {
  return incidents.reduce<Handling | null>(
    (least, incident) => leastHandling(least, toldTo(incident)),
    null
  )
}

/**
 * True if everything but support is the same. Words come last: many are made when they are read.
 */
function opensTheSame(a: Finding, b: Finding): boolean {
  return (
    a.fromMs === b.fromMs &&
    a.toMs === b.toMs &&
    a.certainty === b.certainty &&
    areMeasuredAlike(a, b) &&
    areDeathsAlike(a.deaths, b.deaths) &&
    haveEqualLevels(a, b) &&
    areOfOneGroup(a, b) &&
    areSaidAlike(a.triggers, b.triggers) &&
    a.headline === b.headline &&
    a.explanation === b.explanation
  )
}

function areMeasuredAlike({ measure: a }: Finding, { measure: b }: Finding): boolean {
  return (
    a.name === b.name &&
    isSame(a.value, b.value) &&
    isSame(a.threshold, b.threshold) &&
    isSame(a.baseline, b.baseline)
  )
}

/** 0 equals -0, and NaN equals NaN. */
function isSame(a: number | null, b: number | null): boolean {
  return a === b || Object.is(a, b)
}

function haveEqualLevels({ levels: a }: Finding, { levels: b }: Finding): boolean {
  if (a === b) return true
  return (
    a.length === b.length &&
    a.every(
      ({ level, atMs, reason }, i) =>
        level === b[i]?.level && atMs === b[i]?.atMs && reason === b[i]?.reason
    )
  )
}

function areSaidAlike(a: readonly Incident[], b: readonly Incident[]): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  // The latest entries differ most often.
  for (let i = a.length - 1; i >= 0; i--) if (!isSaidAlike(a[i], b[i])) return false
  return true
}

function isSaidAlike(a: Incident | undefined, b: Incident | undefined): boolean {
  return a === b || a?.contentKey === b?.contentKey
}

/**
 * Equal texts = no visible difference. Ids of incidents are ignored. For long lists, `saysTheSame`
 * is cheaper.
 */
export function signatureOf(finding: Finding): string {
  const known = signatures.get(finding) ?? makeSignature(finding)
  signatures.set(finding, known)
  return known
}

const signatures = new WeakMap<Finding, string>()

function makeSignature(finding: Finding): string {
  const {
    group,
    fromMs,
    toMs,
    levels,
    measure,
    deaths,
    certainty,
    headline,
    explanation,
    triggers,
    support
  } = finding
  const said = [group, fromMs, toMs, levels, measure, certainty, headline, explanation]
  const shown = JSON.stringify(deaths === undefined ? said : [...said, deaths])
  // Without counts: a finding with one more incident that is only counted is found again by what it
  // names.
  return `${shown}${contentKeyOf(triggers)}|${contentKeyOf(support)}`
}
