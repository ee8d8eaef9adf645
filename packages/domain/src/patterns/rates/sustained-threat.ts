// Sustained threat: for four weeks an area has had at least twice the attacks of its usual four weeks, by the year before. It is slower than a surge,
// and says that this has become a state of things.

import type { Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { areaInCountry } from '../../space-time/area-names.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { keepsLast } from '../episode/last-made.ts'
import { intervalNote } from '../episode/wording.ts'
import {
  areaNeeds,
  areaScopesOf,
  baseDaysMax,
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
  roundedCountText,
  windowDaysMax
} from './area-rate.ts'

const source = 'patterns.md#sustained-threat'

export interface SustainedThreatParameters {
  readonly windowDays: number
  readonly baseDays: number
  readonly factor: number
  readonly countMin: number
  readonly escalateDays: number
  readonly leaveFactor: number
  readonly leaveDays: number
}

const inSegou = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-4' })
const usual = ['2024-08-10', '2024-11-20', '2025-02-05']
const month = ['2025-05-02', '2025-05-08', '2025-05-15', '2025-05-20', '2025-05-26']
const further = ['2025-06-02', '2025-06-09', '2025-06-16', '2025-06-23', '2025-06-30', '2025-07-07', '2025-07-14', '2025-07-21']

export const sustainedThreat: Pattern<SustainedThreatParameters, RateState> = {
  id: 'sustained-threat',
  parameters: {
    windowDays: { default: 28, unit: 'days', meaning: 'the window', source, min: 1, max: windowDaysMax },
    baseDays: {
      default: 364,
      unit: 'days',
      meaning: 'the days before it that say what is usual',
      source,
      min: 1,
      max: baseDaysMax
    },
    factor: { default: 2, unit: 'ratio', meaning: 'times the usual at which it enters', source },
    countMin: { default: 5, unit: 'incidents', meaning: 'and so many in the window at least', source },
    escalateDays: {
      default: 60,
      unit: 'days',
      meaning: 'how long it must last to escalate',
      source: 'patterns.md#sustained-threat (2 months)',
      min: 1
    },
    leaveFactor: { default: 1.5, unit: 'ratio', meaning: 'times the usual below which a day is calm', source },
    leaveDays: { default: 28, unit: 'days', meaning: 'calm days in a row that end it', source, min: 1 }
  },
  examples: [
    {
      name: 'five attacks in four weeks where three in a year were usual',
      given: [...usual, ...month].map(inSegou),
      horizon: '2025-05-27',
      expect: [{ group: { admin1: 'ML-4' }, level: 1, open: true }]
    },
    {
      name: 'four attacks in four weeks are none, however quiet it was',
      given: [...usual, ...month.slice(1)].map(inSegou),
      horizon: '2025-05-27',
      expect: []
    },
    {
      name: 'two months of it escalate it',
      given: [...usual, ...month, ...further].map(inSegou),
      horizon: '2025-07-27',
      expect: [{ group: { admin1: 'ML-4' }, level: 2, open: true }]
    },
    {
      name: 'four calm weeks end it',
      given: [...usual, ...month].map(inSegou),
      horizon: '2025-08-10',
      expect: [{ group: { admin1: 'ML-4' }, level: 1, open: false }]
    }
  ],
  baselineDays: ({ windowDays, baseDays }) => windowDays + baseDays,
  placeNeeds: areaNeeds,
  scopesOf: areaScopesOf,
  initial: quietArea,
  step: (state, incident, parameters) => rateStep(state, incident, ruleOf(parameters)),
  findings: (state, horizonMs, parameters) => rateFindings(state, horizonMs, ruleOf(parameters)),
  nearly: (state, horizonMs, parameters) => rateNearly(state, horizonMs, ruleOf(parameters)),
  nextChangeMs: (state, horizonMs, parameters) => rateNextChangeMs(state, horizonMs, ruleOf(parameters)),
  forget: rateForget
}

const rules = keepsLast<SustainedThreatParameters, RateRule>(4)

function ruleOf(parameters: SustainedThreatParameters): RateRule {
  return rules(parameters, () => makeRule(parameters))
}

function makeRule(parameters: SustainedThreatParameters): RateRule {
  const { windowDays, baseDays, factor, countMin, escalateDays, leaveFactor, leaveDays } = parameters
  const described = keepsLast<RateStory, Finding>(64)
  return {
    windowDays,
    baseDays,
    threshold: mean => Math.max(countMin, factor * mean),
    steep: () => null,
    goesOn: () => true,
    runDays: escalateDays,
    runReason: `${escalateDays} days`,
    // Where nothing was usual, nothing but nothing is calm.
    isCalm: ({ count, mean }) => count === 0 || count < leaveFactor * mean,
    calmDays: leaveDays,
    describe: (told, toMs) =>
      toMs === null ? described(told, () => describe(told, null, parameters)) : describe(told, toMs, parameters)
  }
}

function describe(told: RateStory, toMs: number | null, parameters: SustainedThreatParameters): Finding {
  const { windowDays, baseDays, factor, countMin, leaveFactor, leaveDays } = parameters
  const { area, peak } = told
  const lastDay = formatDay(peak.day * dayMs)
  const usually = peak.mean === 0 ? 'none' : `${countText(peak.mean)} in as many days`
  return {
    group: groupOf(told),
    // An area is none.
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
    headline: `Attacks in ${areaInCountry(area)} stay high: ${roundedCountText(peak.count)} in the ${windowDays} days to ${lastDay}; usual in the ${baseDays} days before: ${usually}`,
    explanation:
      `At its height there were ${countText(peak.count)} ${peak.count === 1 ? 'attack' : 'attacks'} in the ${windowDays} days to ${lastDay}; ${countText(peak.threshold)} were needed: ` +
      `${factor} times the mean of the ${baseDays} days before (${countText(peak.mean)}), and ${countMin} at least. ` +
      `An attack counts once, and only where its area is certain; others only support. It ends after ${leaveDays} days with less than ${leaveFactor} times the usual.` +
      intervalNote(told.triggers.kept)
  }
}
