// Reasons why a report triggers no rules, or only some, as shown to its reporter. Pure.

import {
  type Place,
  type Reliability,
  type ReportRevision,
  unknownPlace
} from '@tocsin/contracts/theatre/report'
import { unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { parseSpan } from '@tocsin/domain/space-time/event-time'
import {
  type CheckPlaces,
  certainArea,
  type UnmetPlaceNeed
} from '@tocsin/engine/theatre/place-needs'
import { describeOutside } from '../report/report-answer.ts'
import type { hindranceReasons } from '../report/report-answers.ts'

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
  ground: HindranceGround
): readonly Hindrance[] {
  const { reliability, unmetNeeds, windowStartMs, namesRules } = ground
  if (revision.theatre === unassignedTheatre)
    return [forAll('no-theatre', describeOutside(revision.place))]
  const found: Hindrance[] = []
  if (windowStartMs !== null && parseSpan(revision.occurred).toMs < windowStartMs) {
    const day = new Date(windowStartMs).toISOString().slice(0, 10)
    found.push(
      forAll(
        'beyond-window',
        `It ended before ${day}, when the retention period of its theatre begins: it is stored but changes no alert.`
      )
    )
  }
  if (revision.category === 'statistic')
    found.push(
      forAll(
        'statistic',
        'A statistic triggers no alert. It may count towards the baseline of its area and days.'
      )
    )
  if (isPoor(reliability) || isDoubtful(revision.credibility))
    found.push(forAll('grade', gradeWords(reliability, revision.credibility)))
  return [
    ...found,
    ...unmetNeeds(revision, reliability).map(unmet => ofPlace(revision, unmet, namesRules))
  ]
}

function ofPlace(
  revision: ReportRevision,
  { needs, rules }: UnmetPlaceNeed,
  namesRules: boolean
): Hindrance {
  const { contradiction } = revision.place
  const { lat, settlement, radiusKm } = findUsablePlace(revision)
  const [reason, detail] =
    contradiction === 'admin1' && needs.includes(certainArea)
      ? (['contradicting-place', 'Its coordinates lie far outside its area'] as const)
      : lat !== null || settlement !== null
        ? ([
            'too-coarse',
            radiusKm === null
              ? 'Its place is not known exactly'
              : `Its place is known to within ${radiusKm} km`
          ] as const)
        : contradiction === 'country'
          ? (['contradicting-place', 'Its coordinates lie far outside its country'] as const)
          : (['unknown-place', 'Its place is not known'] as const)
  return {
    reason,
    detail: `${detail}, and some rules need ${needs}.`,
    rules: namesRules ? rules : []
  }
}

/** The first place with coordinates that do not contradict its country: either may be wrong. */
function findUsablePlace({ place, alsoAt }: ReportRevision): Place {
  const places = [place, ...alsoAt]
  return places.find(({ contradiction }) => contradiction !== 'country') ?? unknownPlace
}

/** Worse than C, and known. */
function isPoor(reliability: Reliability): boolean {
  return reliability === 'D' || reliability === 'E'
}

/** Worse than 3, and known. */
function isDoubtful(credibility: number): boolean {
  return credibility === 4 || credibility === 5
}

function gradeWords(reliability: Reliability, credibility: number): string {
  const source = isPoor(reliability)
    ? `Its source has reliability ${reliability}`
    : `It has credibility ${credibility}`
  return `${source}: it can only support alerts that other reports trigger.`
}

function forAll(reason: Hindrance['reason'], detail: string): Hindrance {
  return { reason, detail, rules: null }
}
