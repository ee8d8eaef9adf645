// A pattern that follows each settlement, followed at each of its sites: a name that the gazetteer lacks has one settlement id in
// its whole first-level area, and a blockade at one end of it is no part of a siege at the other. Decision 0109.

import { earliestOf } from '../../detection/layered.ts'
import type { Pattern } from '../../detection/pattern.ts'
import type { Finding } from '../../finding/finding.ts'
import { exactly } from '../../fold/exact-lists.ts'
import { type Incident, type IncidentPlace, placesOf } from '../../incident/incident.ts'
import { areOneSettlement, type SettledPlace } from '../../report/one-settlement.ts'
import { distanceKm, type Point } from '../../space-time/geometry.ts'

/** Maximum number of sites of one settlement; what lies near none of so many belongs to the nearest. */
export const sitesMax = 32

interface AtSite<S> {
  /** The settlement, with the point that was told first, if one was. */
  readonly site: SettledPlace
  /** End of the last incident there; null before the first. */
  readonly lastMs: number | null
  readonly state: S
}

export interface BySite<S> {
  readonly scope: string
  /** In the order in which they began; one at least. */
  readonly sites: readonly AtSite<S>[]
}

/** A pattern that says without a search whether it remembers nothing. */
type Followed<P, S> = Pattern<P, S> & Required<Pick<Pattern<P, S>, 'isBlank'>>

/** The settlement that a scope names: those of drills have a scope of their own. */
const settlementOf = (scope: string) => scope.replace(/^drill\//, '')

/**
 * The pattern at each site of the settlement that a scope names. In order of the fold, what lies near the first point of a site
 * belongs to it, what lies near none begins one, and what has no point belongs to all that have begun.
 */
export function bySite<P, S>(pattern: Followed<P, S>): Pattern<P, BySite<S>> {
  const { nearly, tellsTheSame, nextAbsenceMs, ...head } = pattern
  const begun = (scope: string, place: Point | null): AtSite<S> => ({
    site: siteAt(settlementOf(scope), place),
    lastMs: null,
    state: pattern.initial(scope)
  })
  const isBlank = ({ state }: AtSite<S>) => pattern.isBlank(state)
  const stepped = (each: AtSite<S>, incident: Incident, parameters: P): AtSite<S> => ({
    site: each.site,
    lastMs: Math.max(each.lastMs ?? incident.toMs, incident.toMs),
    state: pattern.step(each.state, incident, parameters)
  })
  return {
    ...head,
    initial: scope => ({ scope, sites: [begun(scope, null)] }),
    step: (state, incident, parameters) => {
      const alone = onlySiteOf(state, incident)
      if (alone !== null) return { scope: state.scope, sites: [stepped(alone, incident, parameters)] }
      const { sites, met } = meeting(state, incident, begun)
      return {
        scope: state.scope,
        sites: exactly(sites.map((each, i) => (met.has(i) ? stepped(each, incident, parameters) : each)))
      }
    },
    findings: ({ sites }, ...rest) =>
      sites.flatMap(({ site, state }, i) => pattern.findings(state, ...rest).map(finding => atSite(finding, site, i))),
    ...(nearly === undefined
      ? {}
      : {
          nearly: ({ sites }, ...rest) =>
            sites.flatMap(({ site, state }, i) =>
              nearly(state, ...rest).map(miss => ({ ...miss, group: { ...miss.group, ...siteMark(site, i) } }))
            )
        }),
    nextChangeMs: ({ sites }, ...rest) => earliestOf(sites, state => pattern.nextChangeMs(state, ...rest)),
    ...(nextAbsenceMs === undefined
      ? {}
      : { nextAbsenceMs: ({ sites }, ...rest) => earliestOf(sites, state => nextAbsenceMs(state, ...rest)) }),
    tellsTheSame: (a, b) =>
      a.sites.length === b.sites.length &&
      a.sites.every(({ site, state }, i) => {
        const other = b.sites[i] as AtSite<S>
        return site === other.site && (state === other.state || tellsTheSame?.(state, other.state) === true)
      }),
    forget: (state, beforeMs) => {
      const kept = state.sites.map(each => {
        const forgotten = pattern.forget(each.state, beforeMs)
        return forgotten === each.state ? each : { ...each, state: forgotten }
      })
      // Its incidents can neither be withdrawn nor come again, and it says nothing: where it was no longer counts.
      const isOver = (each: AtSite<S>) => each.lastMs !== null && each.lastMs < beforeMs && isBlank(each)
      if (kept.every(isOver)) return { ...state, sites: [begun(state.scope, null)] }
      const sites = kept.filter((each, i) => i === 0 || !isOver(each))
      const isAsBefore = sites.length === state.sites.length && sites.every((each, i) => each === state.sites[i])
      return isAsBefore ? state : { ...state, sites: exactly(sites) }
    },
    isBlank: ({ sites }) => sites.every(isBlank)
  }
}

/** The only site, if an incident of one place lies there: nearly always. */
function onlySiteOf<S>({ sites }: BySite<S>, { place, alsoAt }: Incident): AtSite<S> | null {
  const [only] = sites
  if (only === undefined || sites.length > 1 || alsoAt.length > 0 || only.site.lat === null) return null
  return areOneSettlement(only.site, place) ? only : null
}

/** All sites, with those that an incident begins, and the numbers of those that it belongs to. */
function meeting<S>(
  { scope, sites: before }: BySite<S>,
  incident: Incident,
  begun: (scope: string, at: Point | null) => AtSite<S>
): { readonly sites: readonly AtSite<S>[]; readonly met: ReadonlySet<number> } {
  const sites = [...before]
  const met = new Set<number>()
  const settlement = (sites[0] as AtSite<S>).site.settlement
  for (const { settlement: id, lat, lon } of placesOf(incident)) {
    if (id !== settlement || lat === null || lon === null) continue
    const [first] = sites as [AtSite<S>, ...AtSite<S>[]]
    if (first.site.lat === null) sites[0] = { ...first, site: siteAt(settlement, { lat, lon }) }
    const near = [...sites.keys()].filter(i => areOneSettlement((sites[i] as AtSite<S>).site, { settlement: id, lat, lon }))
    for (const i of near) met.add(i)
    if (near.length > 0) continue
    met.add(sites.length < sitesMax ? sites.push(begun(scope, { lat, lon })) - 1 : nearestOf(sites, { lat, lon }))
  }
  return { sites, met: met.size > 0 ? met : new Set(sites.keys()) }
}

function nearestOf(sites: readonly AtSite<unknown>[], point: Point): number {
  const apartKm = ({ site }: AtSite<unknown>) => distanceKm(site as SettledPlace & Point, point)
  return sites.reduce((nearest, each, i) => (apartKm(each) < apartKm(sites[nearest] as AtSite<unknown>) ? i : nearest), 0)
}

function siteAt(settlement: string | null, point: Point | null): SettledPlace {
  return { settlement, lat: point?.lat ?? null, lon: point?.lon ?? null }
}

/** A site beside the first is told by where it is. */
export function siteMark({ lat, lon }: SettledPlace, number: number): { readonly site?: string } {
  return number === 0 || lat === null || lon === null ? {} : { site: `${lat.toFixed(1)},${lon.toFixed(1)}` }
}

/** Of a settlement's situation: only near this site it is the same. */
export function aroundSite(site: SettledPlace): NonNullable<Finding['situation']>['around'] {
  return site.lat === null ? null : { points: [], km: 0, settlements: [site] }
}

const told = new WeakMap<Finding, { readonly site: SettledPlace; readonly number: number; readonly as: Finding }>()

function atSite(finding: Finding, site: SettledPlace, number: number): Finding {
  const known = told.get(finding)
  if (known?.site === site && known.number === number) return known.as
  const situation = finding.situation && { ...finding.situation, around: aroundSite(site) }
  const as = { ...finding, group: { ...finding.group, ...siteMark(site, number) }, situation }
  told.set(finding, { site, number, as })
  return as
}

/** True if an incident lies at the settlement where a finding's triggers do. */
export function areAtOneSite(settlement: string, { triggers }: Finding, incident: Incident): boolean {
  const isOf = (place: IncidentPlace) => place.settlement === settlement
  const own = placesOf(incident).filter(isOf)
  return triggers.some(trigger => placesOf(trigger).some(place => own.some(each => areOneSettlement(each, place))))
}
