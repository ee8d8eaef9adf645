// Surge: an area has at least twice the attacks of its usual week. What is usual is its own last four weeks, and at least one a week, so that a second
// attack in a quiet place is none.

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

const source = 'patterns.md#surge'

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

const quiet = ['2025-04-01', '2025-04-15', '2025-04-28']
const burst = ['2025-05-20', '2025-05-21', '2025-05-22']
const inSegou = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-4' })
const inMopti = (at: string) => ({ at, category: 'attack' as const, admin1: 'ML-5' })

export const surge: Pattern<SurgeParameters, RateState> = {
  id: 'surge',
  parameters: {
    windowDays: { default: 7, unit: 'days', meaning: 'the window', source, min: 1, max: windowDaysMax },
    baseDays: {
      default: 28,
      unit: 'days',
      meaning: 'the days before it that say what is usual',
      source,
      min: 1,
      max: baseDaysMax
    },
    factor: { default: 2, unit: 'ratio', meaning: 'times the usual at which it enters', source },
    floorMean: { default: 1, unit: 'incidents per window', meaning: 'the least that is taken for usual', source },
    countMin: { default: 3, unit: 'incidents', meaning: 'and so many in the window at least', source },
    escalateFactor: { default: 4, unit: 'ratio', meaning: 'times the usual at which it escalates', source },
    escalateWindows: {
      default: 2,
      unit: 'windows',
      meaning: 'or so many windows in a row, each after the other, on whose every day it would enter',
      source,
      min: 2
    },
    leaveFactor: { default: 1.5, unit: 'ratio', meaning: 'times the usual below which a day is calm', source },
    leaveDays: { default: 14, unit: 'days', meaning: 'calm days in a row that end it', source, min: 1 }
  },
  examples: [
    {
      name: 'three attacks in three days where one a fortnight was usual',
      given: [...quiet, ...burst].map(inSegou),
      horizon: '2025-05-23',
      expect: [{ group: { admin1: 'ML-4' }, level: 1, open: true }]
    },
    {
      name: 'two attacks in a week are none, however quiet it was',
      given: [...quiet, ...burst.slice(1)].map(inSegou),
      horizon: '2025-05-23',
      expect: []
    },
    {
      name: 'three attacks in one area and two in another are none where the three are a week apart',
      given: [...['2025-05-01', '2025-05-09', '2025-05-17'].map(inSegou), ...burst.slice(1).map(inMopti)],
      horizon: '2025-05-23',
      expect: []
    },
    {
      name: 'four times the usual escalates it',
      given: [...quiet, ...burst, '2025-05-23'].map(inSegou),
      horizon: '2025-05-24',
      expect: [{ group: { admin1: 'ML-4' }, level: 2, open: true }]
    },
    {
      name: 'two weeks in a row of it escalate it',
      given: [...burst, '2025-05-27', '2025-05-28', '2025-05-29'].map(inSegou),
      horizon: '2025-05-30',
      expect: [{ group: { admin1: 'ML-4' }, level: 2, open: true }]
    },
    {
      name: 'two calm weeks end it',
      given: [...quiet, ...burst].map(inSegou),
      horizon: '2025-06-20',
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
const rules = keepsLast<SurgeParameters, RateRule>(4)

function ruleOf(parameters: SurgeParameters): RateRule {
  return rules(parameters, () => makeRule(parameters))
}

function makeRule(parameters: SurgeParameters): RateRule {
  const { windowDays, baseDays, factor, floorMean, countMin, escalateFactor, escalateWindows, leaveFactor, leaveDays } =
    parameters
  const usual = (mean: number) => Math.max(floorMean, mean)
  const threshold = (mean: number) => Math.max(countMin, factor * usual(mean))
  const described = keepsLast<RateStory, Finding>(64)
  return {
    windowDays,
    baseDays,
    threshold,
    steep: ({ count, mean }) => (count >= escalateFactor * usual(mean) ? `${escalateFactor} times the usual` : null),
    goesOn: ({ count, mean }) => count >= threshold(mean),
    runDays: windowDays * (escalateWindows - 1) + 1,
    runReason: `${escalateWindows * windowDays} days running`,
    isCalm: ({ count, mean }) => count < leaveFactor * usual(mean),
    calmDays: leaveDays,
    describe: (told, toMs) =>
      toMs === null ? described(told, () => describe(told, null, parameters)) : describe(told, toMs, parameters)
  }
}

function describe(told: RateStory, toMs: number | null, parameters: SurgeParameters): Finding {
  const { windowDays, baseDays, factor, countMin, floorMean, leaveFactor, leaveDays } = parameters
  const { area, peak } = told
  const lastDay = formatDay(peak.day * dayMs)
  const before = peak.mean === 0 ? 'none' : `${countText(peak.mean)} in as many days`
  return {
    group: groupOf(told),
    // An area is none.
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
    headline: `Attacks in ${areaInCountry(area)} surge: ${roundedCountText(peak.count)} in the ${windowDays} days to ${lastDay}; usual in the ${baseDays} days before: ${before}`,
    explanation:
      `At its height there were ${countText(peak.count)} ${peak.count === 1 ? 'attack' : 'attacks'} in the ${windowDays} days to ${lastDay}; ${countText(peak.threshold)} were needed: ` +
      `${factor} times the mean of the ${baseDays} days before (${countText(peak.mean)}, taken as ${countText(Math.max(floorMean, peak.mean))}), and ${countMin} at least. ` +
      `An attack counts once, and only where its area is certain; others only support. It ends after ${leaveDays} days with less than ${leaveFactor} times the usual.` +
      intervalNote(told.triggers.kept)
  }
}
