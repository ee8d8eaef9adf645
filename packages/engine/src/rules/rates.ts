// The law of surge, sustained-threat and rare-count: attacks within a window are compared with the
// past of the same area.

import { attackMask } from '../data/vocabulary.ts'
import type { DayView } from './day-view.ts'
import { roundMeasure } from './day-view.ts'
import type { Family } from './family.ts'
import type { Measure } from './finding.ts'
import { checkedDay, type DayRule, firstSlot, openedDay } from './rule.ts'
import type { RuleName } from './rule-base.ts'

const peak = firstSlot
const peakDay = firstSlot + 1
/** Days in a row, up to the last closed one, that were calm or extended the run. */
const calmRun = firstSlot + 2
const highRun = firstSlot + 3
/** Day on which the rate alone, or the length of the run, raised the level. */
const steepDay = firstSlot + 4
const longDay = firstSlot + 5
const stateSize = firstSlot + 6

export interface RateParameters {
  readonly windowDays: number
  readonly baseDays: number
  /** No threshold is lower. */
  readonly countMin: number
}

/** `mean` is the usual number of attacks in a window: the baseline per window. */
interface RateLaw {
  readonly family: Family
  getThreshold(mean: number): number
  getSteepThreshold(mean: number): number
  extendsRun(count: number, mean: number): boolean
  /** Length of the run that raises the level, days. */
  readonly runDays: number
  isCalm(count: number, mean: number): boolean
  readonly calmDays: number
}

const windowDaysMax = 90
const baseDaysMax = 700

/** The window and its baseline, which all three have. */
export function makeRateRows(windowDays: number, baseDays: number) {
  return {
    windowDays: [windowDays, 'days', 'the window', { min: 1, max: windowDaysMax }],
    baseDays: [
      baseDays,
      'days',
      'length of the baseline before the window',
      { min: 1, max: baseDaysMax }
    ]
  } as const
}

export function makeRateRule(
  base: RuleName,
  { windowDays, baseDays, countMin }: RateParameters,
  law: RateLaw
): DayRule {
  const { runDays, calmDays } = law
  const countMean = (view: DayView) =>
    roundMeasure(view.count(baseDays, windowDays) * (windowDays / baseDays))
  const measureDay = (view: DayView, value: number): Measure => {
    const baseline = countMean(view)
    return { value, threshold: roundMeasure(law.getThreshold(baseline)), baseline }
  }
  return {
    ...base,
    family: law.family,
    listPlaceNeeds: (incidents, row) =>
      (incidents.columns.category[row]! & attackMask) === 0 ? [] : [{ area: true }],
    stateSize,
    reachDays: windowDays + baseDays,
    warmUpDays: windowDays + baseDays,
    canOpen: view => view.count(windowDays) >= countMin,
    applyDay(state, view) {
      const count = view.count(windowDays)
      const mean = countMean(view)
      if (state[openedDay] === 0) {
        if (count < roundMeasure(law.getThreshold(mean))) return
        state[openedDay] = view.day
      }
      if (count > state[peak]!) {
        state[peak] = count
        state[peakDay] = view.day
      }
      if (state[steepDay] === 0 && count >= law.getSteepThreshold(mean)) state[steepDay] = view.day
    },
    closeDay(state, view) {
      const count = view.count(windowDays)
      const mean = countMean(view)
      state[highRun] = law.extendsRun(count, mean) ? state[highRun]! + 1 : 0
      if (state[longDay] === 0 && state[highRun]! >= runDays) state[longDay] = view.day
      state[calmRun] = law.isCalm(count, mean) ? state[calmRun]! + 1 : 0
      return state[calmRun]! >= calmDays
    },
    getEarliestEndDay(state) {
      const untilCalm = calmDays - state[calmRun]!
      const untilLong = state[longDay] === 0 ? Math.max(1, runDays - state[highRun]!) : untilCalm
      return state[checkedDay]! + Math.min(untilCalm, untilLong)
    },
    listLevelDays: state => [state[steepDay]!, state[longDay]!],
    measure(state, view) {
      view.day = state[peakDay]!
      return measureDay(view, state[peak]!)
    },
    listFacts: state => ({ peakDay: state[peakDay]! }),
    listTriggers: (state, view) =>
      view.listOverlapping(state[peakDay]! - windowDays + 1, state[peakDay]!),
    assessDays: windowDays,
    assess: view => measureDay(view, view.count(windowDays))
  }
}
