// Sustained threat: for four weeks an area has had at least twice its usual number of attacks,
// measured against the year before. Slower than a surge: it reports a persistent state.

import type { Pattern } from '../../src/detection/pattern.ts'
import { type Finding, numberLevels } from '../../src/finding/finding.ts'
import { recentCache } from '../../src/patterns/episode/recent-cache.ts'
import { countedText, intervalNote } from '../../src/patterns/episode/wording.ts'
import { sustainedThreat as sustainedThreatNow } from '../../src/patterns/rates/sustained-threat.ts'
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

const _source = 'patterns.md#sustained-threat'

export interface SustainedThreatParameters {
  readonly windowDays: number
  readonly baseDays: number
  readonly factor: number
  readonly countMin: number
  readonly escalateDays: number
  readonly leaveFactor: number
  readonly leaveDays: number
}

const _inSegou = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-4' })
const _usual = ['2024-08-10', '2024-11-20', '2025-02-05']
const _month = ['2025-05-02', '2025-05-08', '2025-05-15', '2025-05-20', '2025-05-26']
const _further = [
  '2025-06-02',
  '2025-06-09',
  '2025-06-16',
  '2025-06-23',
  '2025-06-30',
  '2025-07-07',
  '2025-07-14',
  '2025-07-21'
]

export const sustainedThreat: Pattern<SustainedThreatParameters, RateState> = {
  ...tableOf(sustainedThreatNow),
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

const rules = recentCache<SustainedThreatParameters, RateRule>(4)

function ruleOf(parameters: SustainedThreatParameters): RateRule {
  return rules(parameters, () => makeRule(parameters))
}

function makeRule(parameters: SustainedThreatParameters): RateRule {
  const { windowDays, baseDays, factor, countMin, escalateDays, leaveFactor, leaveDays } =
    parameters
  const described = recentCache<RateStory, Finding>(64)
  return {
    windowDays,
    baseDays,
    threshold: mean => Math.max(countMin, factor * mean),
    steep: () => null,
    goesOn: () => true,
    runDays: escalateDays,
    runReason: `${escalateDays} days`,
    // With a baseline of zero, only a count of zero is calm.
    isCalm: ({ count, mean }) => count === 0 || count < leaveFactor * mean,
    calmDays: leaveDays,
    describe: (told, toMs) =>
      toMs === null
        ? described(told, () => describe(told, null, parameters))
        : describe(told, toMs, parameters)
  }
}

function describe(
  told: RateStory,
  toMs: number | null,
  parameters: SustainedThreatParameters
): Finding {
  const { windowDays, baseDays, factor, countMin, leaveFactor, leaveDays } = parameters
  const { area, peak } = told
  const lastDay = formatDay(peak.day * dayMs)
  const usually =
    peak.mean === 0
      ? `none in the ${baseDays} days before`
      : `mean of the ${baseDays} days before: ${countText(peak.mean)} per ${countedText(windowDays, 'day')}`
  return {
    group: groupOf(told),
    // An area does not identify a situation.
    situation: null,
    fromMs: told.fromMs,
    toMs,
    levels: numberLevels([{ atMs: told.enteredMs, reason: 'sustained' }, ...told.marks]),
    measure: {
      name: `attacks in ${windowDays} days`,
      value: peak.count,
      threshold: peak.threshold,
      baseline: peak.mean
    },
    triggers: told.triggers.kept,
    support: told.support.kept,
    omitted: told.triggers.omitted + told.support.omitted,
    headline: `Attacks in ${areaInCountry(area)} stay high: ${roundedCountText(peak.count)} in the ${windowDays} days to ${lastDay}; ${usually}`,
    explanation:
      `Peak: ${countText(peak.count)} ${peak.count === 1 ? 'attack' : 'attacks'} in the ${windowDays} days to ${lastDay}. Threshold: ${countText(peak.threshold)}, ` +
      `which is ${factor} times the mean of the ${baseDays} days before (${countText(peak.mean)} per ${countedText(windowDays, 'day')}), and at least ${countMin}. ` +
      `An attack counts once, and only if its area is certain; others are supporting evidence. The alert ends after ${countedText(leaveDays, 'day')} below ${leaveFactor} times the usual number.` +
      intervalNote(told.triggers.kept)
  }
}
