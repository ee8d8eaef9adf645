// Where in a settlement a finding is, if its name stands for places far apart: each of them is a
// situation of its own, and all but the first say where they are. Decision 0005.

import { type Incident, type IncidentPlace, placesOf } from '../incident/incident.ts'
import { areOneSettlement, type SettledPlace } from '../report/one-settlement.ts'
import type { Finding } from './finding.ts'
import { ToldFinding } from './told-finding.ts'

/** A site beside the first is told by where it is. */
export function siteMark({ lat, lon }: SettledPlace, number: number): { readonly site?: string } {
  return number === 0 || lat === null || lon === null
    ? {}
    : { site: `${lat.toFixed(1)},${lon.toFixed(1)}` }
}

/** Of a settlement's situation: only near this site it is the same. */
export function aroundSite(site: SettledPlace): NonNullable<Finding['situation']>['around'] {
  return site.lat === null ? null : { points: [], km: 0, settlements: [site] }
}

const told = new WeakMap<
  Finding,
  { readonly site: SettledPlace; readonly number: number; readonly as: Finding }
>()

/** A finding of a settlement at one of its sites. The same finding gives the same object. */
export function atSite(finding: Finding, site: SettledPlace, number: number): Finding {
  const known = told.get(finding)
  if (known?.site === site && known.number === number) return known.as
  const parts = {
    ...finding,
    group: number === 0 ? finding.group : { ...finding.group, ...siteMark(site, number) },
    situation: situationAtSite(finding, site)
  }
  const as = finding instanceof ToldFinding ? new ToldFinding(parts, () => finding) : parts
  told.set(finding, { site, number, as })
  return as
}

/**
 * A finding of a settlement is identified by it, whatever identity its pattern uses, and only near
 * its site.
 */
function situationAtSite(
  { situation, toMs, triggers }: Finding,
  site: SettledPlace
): Finding['situation'] {
  if (situation !== null)
    return situation.around === null ? { ...situation, around: aroundSite(site) } : situation
  const untilMs = toMs ?? triggers.reduce((ms, incident) => Math.max(ms, incident.toMs), 0)
  return { keys: [''], around: aroundSite(site), untilMs }
}

/** True if an incident lies at the settlement where a finding's triggers do. */
export function areAtOneSite(
  settlement: string,
  { triggers }: Finding,
  incident: Incident
): boolean {
  const isOf = (place: IncidentPlace) => place.settlement === settlement
  const own = placesOf(incident).filter(isOf)
  return triggers.some(trigger =>
    placesOf(trigger).some(place => own.some(each => areOneSettlement(each, place)))
  )
}
