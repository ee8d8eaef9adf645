// Surge: an area has at least twice the attacks of its usual week. The usual is its own last four
// weeks, and at least one attack a week, so that a second attack in a quiet place is no surge.

import type { Pattern } from '../../src/detection/pattern.ts'
import { type Finding, numberLevels } from '../../src/finding/finding.ts'
import { recentCache } from '../../src/patterns/episode/recent-cache.ts'
import { countedText, intervalNote } from '../../src/patterns/episode/wording.ts'
import { surge as surgeNow } from '../../src/patterns/rates/surge.ts'
import { areaInCountry } from '../../src/space-time/area-names.ts'
import { dayMs, formatDay } from '../../src/space-time/event-time.ts'
import {
  areaNeeds,
  areaScopesOf,
  countText,
  groupOf,
  quietArea,
  type RateRule,
  type RateState,
  type RateStory,
  rateFindings,
  rateForget,
  rateNearly,
  rateNextChangeMs,
  rateStep,
  roundedCountText
} from './area-rate.ts'
import { tableOf } from './pattern-table.ts'

const _source = 'patterns.md#surge'

export interface SurgeParameters {
  readonly windowDays: number
  readonly baseDays: number
  readonly factor: number
  readonly floorMean: number
  readonly countMin: number
  readonly escalateFactor: number
  readonly escalateWindows: number
  readonly leaveFactor: number
  readonly leaveDays: number
}

const _quiet = ['2025-04-01', '2025-04-15', '2025-04-28']
const _burst = ['2025-05-20', '2025-05-21', '2025-05-22']
const _inSegou = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-4' })
const _inMopti = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-5' })

export const surge: Pattern<SurgeParameters, RateState> = {
  ...tableOf(surgeNow),
  baselineDays: ({ windowDays, baseDays }) => windowDays + baseDays,
  placeNeeds: areaNeeds,
  scopesOf: areaScopesOf,
  initial: quietArea,
  step: (state, incident, parameters) => rateStep(state, incident, ruleOf(parameters)),
  findings: (state, horizonMs, parameters) => rateFindings(state, horizonMs, ruleOf(parameters)),
  nearly: (state, horizonMs, parameters) => rateNearly(state, horizonMs, ruleOf(parameters)),
  nextChangeMs: (state, horizonMs, parameters) =>
    rateNextChangeMs(state, horizonMs, ruleOf(parameters)),
  forget: rateForget
}
const rules = recentCache<SurgeParameters, RateRule>(4)

function ruleOf(parameters: SurgeParameters): RateRule {
  return rules(parameters, () => makeRule(parameters))
}

function makeRule(parameters: SurgeParameters): RateRule {
  const {
    windowDays,
    baseDays,
    factor,
    floorMean,
    countMin,
    escalateFactor,
    escalateWindows,
    leaveFactor,
    leaveDays
  } = parameters
  const usual = (mean: number) => Math.max(floorMean, mean)
  const threshold = (mean: number) => Math.max(countMin, factor * usual(mean))
  const described = recentCache<RateStory, Finding>(64)
  return {
    windowDays,
    baseDays,
    threshold,
    steep: ({ count, mean }) =>
      count >= escalateFactor * usual(mean) ? `${escalateFactor} times the usual` : null,
    goesOn: ({ count, mean }) => count >= threshold(mean),
    runDays: windowDays * (escalateWindows - 1) + 1,
    runReason: `${escalateWindows * windowDays} days running`,
    isCalm: ({ count, mean }) => count < leaveFactor * usual(mean),
    calmDays: leaveDays,
    describe: (told, toMs) =>
      toMs === null
        ? described(told, () => describe(told, null, parameters))
        : describe(told, toMs, parameters)
  }
}

function describe(told: RateStory, toMs: number | null, parameters: SurgeParameters): Finding {
  const { windowDays, baseDays, factor, countMin, floorMean, leaveFactor, leaveDays } = parameters
  const { area, peak } = told
  const lastDay = formatDay(peak.day * dayMs)
  const before =
    peak.mean === 0
      ? `none in the ${baseDays} days before`
      : `mean of the ${baseDays} days before: ${countText(peak.mean)} per ${countedText(windowDays, 'day')}`
  return {
    group: groupOf(told),
    // An area does not identify a situation.
    situation: null,
    fromMs: told.fromMs,
    toMs,
    levels: numberLevels([{ atMs: told.enteredMs, reason: 'surge' }, ...told.marks]),
    measure: {
      name: `attacks in ${windowDays} days`,
      value: peak.count,
      threshold: peak.threshold,
      baseline: peak.mean
    },
    triggers: told.triggers.kept,
    support: told.support.kept,
    omitted: told.triggers.omitted + told.support.omitted,
    headline: `Attacks in ${areaInCountry(area)} surge: ${roundedCountText(peak.count)} in the ${windowDays} days to ${lastDay}; ${before}`,
    explanation:
      `Peak: ${countText(peak.count)} ${peak.count === 1 ? 'attack' : 'attacks'} in the ${windowDays} days to ${lastDay}. Threshold: ${countText(peak.threshold)}, ` +
      `which is ${factor} times the mean of the ${baseDays} days before (${countText(peak.mean)} per ${countedText(windowDays, 'day')}, taken as ${countText(Math.max(floorMean, peak.mean))}), and at least ${countMin}. ` +
      `An attack counts once, and only if its area is certain; others are supporting evidence. The alert ends after ${countedText(leaveDays, 'day')} below ${leaveFactor} times the usual number.` +
      intervalNote(told.triggers.kept)
  }
}
