// Whether two findings look the same to readers of an alert. Ids of incidents are ignored: a change of id alone is no revision.

import type { Incident } from '../incident/incident.ts'
import { contentKeyOf } from '../incident/incident-list.ts'
import { type Handling, handlings } from '../report/handling.ts'
import type { Finding } from './finding.ts'
import { areDeathsAlike } from './finding-continuity.ts'
import { groupKeyOf } from './finding-group.ts'

/** True if readers could see no difference. A change of `omitted` alone waits for the next revision. Pure. */
export function saysTheSame(a: Finding, b: Finding): boolean {
  return a === b || (opensTheSame(a, b) && areSaidAlike(a.support, b.support))
}

/**
 * The least handling at which one finding differs from the previous one: changed support is not for all. Null if it differs for
 * all.
 */
export function concernsOf(before: Finding, now: Finding): Handling | null {
  if (!opensTheSame(before, now)) return null
  const [old, fresh] = [new Set(before.support.map(i => i.contentKey)), new Set(now.support.map(i => i.contentKey))]
  const differing = [...before.support.filter(i => !fresh.has(i.contentKey)), ...now.support.filter(i => !old.has(i.contentKey))]
  return handlings.find(level => differing.some(i => i.handling === level)) ?? 'restricted'
}

/** True if everything but support is the same. The most frequent differences are checked first. */
function opensTheSame(a: Finding, b: Finding): boolean {
  return (
    a.headline === b.headline &&
    a.explanation === b.explanation &&
    a.fromMs === b.fromMs &&
    a.toMs === b.toMs &&
    a.certainty === b.certainty &&
    areMeasuredAlike(a, b) &&
    areDeathsAlike(a.deaths, b.deaths) &&
    haveEqualLevels(a, b) &&
    groupKeyOf(a) === groupKeyOf(b) &&
    areSaidAlike(a.triggers, b.triggers)
  )
}

function areMeasuredAlike({ measure: a }: Finding, { measure: b }: Finding): boolean {
  return a.name === b.name && isSame(a.value, b.value) && isSame(a.threshold, b.threshold) && isSame(a.baseline, b.baseline)
}

/** 0 equals -0, and NaN equals NaN. */
function isSame(a: number | null, b: number | null): boolean {
  return a === b || Object.is(a, b)
}

function haveEqualLevels({ levels: a }: Finding, { levels: b }: Finding): boolean {
  if (a === b) return true
  return (
    a.length === b.length &&
    a.every(({ level, atMs, reason }, i) => level === b[i]?.level && atMs === b[i]?.atMs && reason === b[i]?.reason)
  )
}

function areSaidAlike(a: readonly Incident[], b: readonly Incident[]): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  // The latest entries differ most often.
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i] && a[i]?.contentKey !== b[i]?.contentKey) return false
  return true
}

/** Equal texts = no visible difference. Ids of incidents are ignored. For long lists, `saysTheSame` is cheaper. */
export function signatureOf(finding: Finding): string {
  const known = signatures.get(finding) ?? makeSignature(finding)
  signatures.set(finding, known)
  return known
}

const signatures = new WeakMap<Finding, string>()

function makeSignature(finding: Finding): string {
  const { group, fromMs, toMs, levels, measure, deaths, certainty, headline, explanation, triggers, support } = finding
  const said = [group, fromMs, toMs, levels, measure, certainty, headline, explanation]
  const shown = JSON.stringify(deaths === undefined ? said : [...said, deaths])
  // Counts alone wait for the next revision: an episode of months must not publish at each further incident.
  return `${shown}${contentKeyOf(triggers)}|${contentKeyOf(support)}`
}
