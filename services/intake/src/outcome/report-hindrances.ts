// Reasons why a report triggers no rules, or only some, as shown to its reporter. Pure.

import {
  type Reliability,
  type ReportRevision,
  unknownPlace
} from '@tocsin/contracts/theatre/report'
import { unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { parseSpan } from '@tocsin/domain/space-time/event-time'
import { type CheckPlaces, certainArea } from '@tocsin/engine/theatre/place-needs'
import { describeOutside } from '../report/report-answer.ts'
import type { hindranceReasons } from '../report/report-schemas.ts'

export type HindranceReason = (typeof hindranceReasons)[number]

export interface Hindrance {
  readonly reason: HindranceReason
  readonly detail: string
  /** The rules concerned; null for all. Empty for readers who may not see rules. */
  readonly rules: readonly string[] | null
}

export const withdrawnHindrance: Hindrance = {
  reason: 'withdrawn',
  detail: 'It was withdrawn and no longer counts.',
  rules: null
}

export interface HindranceGround {
  readonly reliability: Reliability
  /** By the rules that run in the theatre of the report. */
  readonly unmetNeeds: CheckPlaces
  /**
   * Reports of events that ended before this time were outside the window when they arrived, ms;
   * null if the report was in time.
   */
  readonly windowStartMs: number | null
  /** False for readers who may not see rules. */
  readonly namesRules: boolean
}

/**
 * What keeps a standing report from triggering on its own. With other reports of its incident it
 * may trigger more.
 */
export function collectHindrances(
  revision: ReportRevision,
  { reliability, unmetNeeds, windowStartMs, namesRules }: HindranceGround
): readonly Hindrance[] {
  const { theatre, place, occurred, category } = revision
  const general: [HindranceReason, string][] = []
  if (theatre === unassignedTheatre) general.push(['no-theatre', describeOutside(place)])
  else {
    if (windowStartMs !== null && parseSpan(occurred).toMs < windowStartMs) {
      const day = new Date(windowStartMs).toISOString().slice(0, 10)
      general.push([
        'beyond-window',
        `It ended before ${day}, when the retention period of its theatre begins: it is stored but changes no alert.`
      ])
    }
    if (category === 'statistic')
      general.push([
        'statistic',
        'A statistic triggers no alert. It may count towards the baseline of its area and days.'
      ])
    const poor = describeGrade(reliability, revision.credibility)
    if (poor !== null)
      general.push(['grade', `${poor}: it can only support alerts that other reports trigger.`])
  }
  const needs = theatre === unassignedTheatre ? [] : unmetNeeds(revision, reliability)
  return [
    ...general.map(([reason, detail]) => ({ reason, detail, rules: null })),
    ...needs.map(unmet => ({
      ...describeNeed(revision, unmet.needs),
      rules: namesRules ? unmet.rules : []
    }))
  ]
}

/** Worse than C or 3, and known; null if it is not. */
function describeGrade(reliability: Reliability, credibility: number): string | null {
  if (reliability === 'D' || reliability === 'E') return `Its source has reliability ${reliability}`
  return credibility === 4 || credibility === 5 ? `It has credibility ${credibility}` : null
}

function describeNeed(
  { place, alsoAt }: ReportRevision,
  needs: string
): Pick<Hindrance, 'reason' | 'detail'> {
  // Coordinates that contradict their country are not used: either may be wrong.
  const usable = [place, ...alsoAt].find(({ contradiction }) => contradiction !== 'country')
  const { lat, settlement, radiusKm } = usable ?? unknownPlace
  const says = (reason: HindranceReason, why: string) => ({
    reason,
    detail: `${why}, and some rules need ${needs}.`
  })
  if (place.contradiction === 'admin1' && needs.includes(certainArea))
    return says('contradicting-place', 'Its coordinates lie far outside its area')
  if (lat !== null || settlement !== null)
    return says(
      'too-coarse',
      radiusKm === null
        ? 'Its place is not known exactly'
        : `Its place is known to within ${radiusKm} km`
    )
  return place.contradiction === 'country'
    ? says('contradicting-place', 'Its coordinates lie far outside its country')
    : says('unknown-place', 'Its place is not known')
}
