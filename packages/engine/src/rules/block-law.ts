// The law of the building blocks that measure a window: they enter at a threshold, rise at further
// measures, and end below another. What a block measures is a sum over the incidents of the window
// that never falls when one more is added.
//
// Windows. Sliding: all that overlaps the last days. Tumbling: consecutive windows of equal length,
// the first from a Monday on. Session: from the first incident to the last one that came without a
// gap. An interval is in every window that it touches.

import { convertToDay } from '../data/time.ts'
import {
  type BlockGroupParameters,
  groupParameters,
  makeBlockFamily,
  nameGroup,
  blockSource as source
} from './block-groups.ts'
import { type DayView, roundMeasure } from './day-view.ts'
import {
  type AnyRuleDefinition,
  defineParameters,
  defineRule,
  type Language,
  type LookBack,
  type Parameter,
  type ParameterFault,
  type ParameterTable,
  type ParameterValues,
  type RuleDefinition,
  type RuleTexts
} from './definition.ts'
import type { Family } from './family.ts'
import type { Measure } from './finding.ts'
import { comesBackWithItsSettlement, eachOfLevels } from './handbook.ts'
import { findNumberFaults, findRisingFaults, numbersMax } from './parameter-faults.ts'
import { type DayRule, firstSlot, openedDay, type State } from './rule.ts'
import type { RuleName } from './rule-base.ts'

const windowKinds: readonly string[] = ['sliding', 'tumbling', 'session']

const measureParameters = defineParameters(source, {
  window: ['sliding', 'kind', `one of ${windowKinds.join(', ')}`, { words: windowKinds }],
  windowDays: [14, 'days', 'length of a sliding or tumbling window', { min: 1 }],
  gapDays: [7, 'days', 'quiet time that ends a session', { min: 1 }],
  threshold: [3, 'count', 'measure at which it enters', { min: 1 }],
  leave: [
    0,
    'count',
    'measure below which it ends; 0 stands for the threshold; ignored for sessions, which end by their gap'
  ],
  levels: [
    [] as readonly number[],
    'count',
    `measures of level 2, 3, …, each greater than the one before; ${numbersMax} at most`,
    { itemFaults: findNumberFaults }
  ]
})
type MeasureParameters = ParameterValues<typeof measureParameters>

export interface BlockParameters extends BlockGroupParameters, MeasureParameters {}

const fallsBelow: Readonly<Record<Language, string>> = {
  en: 'the measure falls below what the rule asks for',
  fr: 'la mesure passe sous ce que la règle demande'
}

const windowWords: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {
    sliding: 'within {windowDays} days',
    tumbling: 'in one window of {windowDays} days',
    session: 'without a gap of more than {gapDays} days'
  },
  fr: {
    sliding: 'en {windowDays} jours',
    tumbling: 'dans une fenêtre de {windowDays} jours',
    session: 'sans interruption de plus de {gapDays} jours'
  }
}

/** What a block counts, in one language. */
export interface BlockWords {
  /** With its number: `{value} {value:death|deaths}`. */
  readonly counted: string
  readonly measure: string
  /** How it counts, after the window; and a sentence after the threshold. */
  readonly how?: string
  readonly remark?: string
}

interface Block<P> extends Pick<RuleDefinition<P>, 'id' | 'examples'> {
  /** Summary for an operations centre. */
  readonly says: string
  readonly parameters: ParameterTable<Omit<P, keyof BlockParameters>>
  /** Left out: the usual threshold. */
  readonly threshold?: Pick<Parameter<number>, 'default' | 'unit'>
  readonly words: (parameters: P) => Readonly<Record<Language, BlockWords>>
  readonly startMeasure: (parameters: P, view: DayView) => AddToMeasure
  /** Left out: each incident counts. */
  readonly makeMark?: (parameters: P) => Family['getMark']
}

/** A block with a measure of its own over the common windows, groups and thresholds. */
export function defineBlock<P extends BlockParameters>(block: Block<P>): AnyRuleDefinition {
  const { id, says, examples, words, startMeasure, makeMark } = block
  return defineRule<P>({
    id,
    handbook: {
      says,
      levels: eachOfLevels,
      ends: 'The measure falls below `leave`; 0 stands for `threshold`.',
      comesBack: comesBackWithItsSettlement
    },
    parameters: {
      ...groupParameters,
      ...block.parameters,
      ...measureParameters,
      threshold: { ...measureParameters.threshold, ...block.threshold }
    } as ParameterTable<P>,
    examples,
    texts(parameters) {
      const { en, fr } = words(parameters)
      return {
        en: makeTexts(parameters, 'en', en, ': ', 'Threshold: {threshold}.'),
        fr: makeTexts(parameters, 'fr', fr, ' : ', 'Seuil : {threshold}.')
      }
    },
    looksBack: ({ window, windowDays, gapDays }): LookBack =>
      window === 'session' ? { gapDays } : { windowDays },
    faultsOf: findThresholdFaults,
    make: (parameters, base) =>
      makeBlockRule(
        base,
        parameters,
        view => startMeasure(parameters, view),
        makeMark?.(parameters)
      )
  })
}

function makeTexts(
  parameters: BlockParameters,
  language: Language,
  { counted, measure, how = '', remark = '' }: BlockWords,
  colon: string,
  threshold: string
): RuleTexts {
  const within = windowWords[language][parameters.window]
  return {
    headline: `${nameGroup(parameters.groupBy)}${colon}${counted}[ ${within}]`,
    why: `${counted} ${within}${how}. ${threshold}${remark}`,
    ends: fallsBelow[language],
    measure: `${measure} ${within}`
  }
}

function findThresholdFaults({
  threshold,
  leave,
  levels
}: MeasureParameters): readonly ParameterFault[] {
  const faults = findRisingFaults('levels', levels, threshold)
  const detail = 'must not be greater than the threshold: it would leave at once'
  return leave > threshold ? [...faults, { path: ['leave'], detail }] : faults
}

/** Adds an incident of the window; returns the measure with it. */
export type AddToMeasure = (row: number) => number

const peak = firstSlot
const peakDay = firstSlot + 1
/** First day on which the measure is too low without another incident. */
const lowDay = firstSlot + 2
/** First day of the session, and its last day without another incident. */
const sessionDay = firstSlot + 3
const sessionEndDay = firstSlot + 4
const levelSlot = firstSlot + 5

/** A longer session is measured by its last days: older incidents need not be retained. */
const sessionDaysMax = 730

export function makeBlockRule(
  base: RuleName,
  parameters: BlockParameters,
  startMeasure: (view: DayView) => AddToMeasure,
  getMark?: Family['getMark']
): DayRule {
  const { threshold, leave, levels, window, windowDays } = parameters
  const isSession = window === 'session'
  const longestDays = isSession ? sessionDaysMax : windowDays
  const leaveBelow = isSession || leave === 0 ? threshold : leave
  const listRows = (view: DayView, session: number) => {
    const from = findStart(parameters, view.day, session)
    return view.listOverlapping(Math.max(from, view.day - longestDays + 1), view.day)
  }
  const measureRows = (view: DayView, rows: readonly number[]) => {
    const add = startMeasure(view)
    return roundMeasure(rows.reduce((_, row) => add(row), 0))
  }
  const describe = (value: number): Measure => ({ value, threshold, baseline: null })
  return {
    ...base,
    family: makeBlockFamily(parameters, getMark),
    stateSize: levelSlot + levels.length,
    reachDays: longestDays,
    applyDay(state, view) {
      if (isSession) extendSession(state, view, parameters)
      const rows = listRows(view, state[sessionDay]!)
      const value = measureRows(view, rows)
      if (state[openedDay] === 0 && value < threshold) return
      state[openedDay] ||= view.day
      if (value > state[peak]!) {
        state[peak] = value
        state[peakDay] = view.day
      }
      for (const [i, level] of levels.entries())
        if (value >= level) state[levelSlot + i] ||= view.day
      if (!isSession && value >= leaveBelow)
        state[lowDay] = findLowDay(view, rows, startMeasure(view), leaveBelow, parameters)
    },
    getEndDay: state => (isSession ? state[sessionEndDay]! : state[lowDay]!),
    listLevelDays: state => levels.map((_, i) => state[levelSlot + i]!),
    measure: state => describe(state[peak]!),
    listFacts(state, view) {
      view.day = state[openedDay]!
      const { fromDay } = view.incidents.columns
      const days = listRows(view, state[sessionDay]!).map(row => fromDay[row]!)
      return days.length === 0 ? {} : { sinceDay: Math.min(...days) }
    },
    listTriggers(state, view) {
      const session = state[sessionDay]!
      const rows = [state[openedDay]!, state[peakDay]!].flatMap(day => {
        view.day = day
        return listRows(view, session)
      })
      return [...new Set(rows)]
    },
    ...(isSession
      ? {}
      : { assessDays: windowDays, assess: view => describe(measureRows(view, listRows(view, 0))) })
  }
}

/** The first day on which what is left of these incidents is below a limit. */
function findLowDay(
  view: DayView,
  rows: readonly number[],
  add: AddToMeasure,
  leaveBelow: number,
  window: MeasureParameters
): number {
  const { toDay } = view.incidents.columns
  for (const row of [...rows].sort((a, b) => toDay[b]! - toDay[a]!))
    if (roundMeasure(add(row)) >= leaveBelow) return findLastDay(window, toDay[row]!) + 1
  return view.day
}

/** A gap begins another session. */
function extendSession(state: State, view: DayView, window: MeasureParameters): void {
  if (view.day > state[sessionEndDay]!) state[sessionDay] = view.day
  const { toDay } = view.incidents.columns
  for (const row of view.listToday())
    state[sessionEndDay] = Math.max(state[sessionEndDay]!, findLastDay(window, toDay[row]!))
}

/** Monday, 5 January 1970. */
const firstTumblingDay = convertToDay(0) + 4

function findTumblingStart(day: number, days: number): number {
  return Math.floor((day - firstTumblingDay) / days) * days + firstTumblingDay
}

/** First day of the window that contains a day; for a session, the state has it. */
function findStart(
  { window, windowDays }: MeasureParameters,
  day: number,
  session: number
): number {
  if (window === 'session') return session
  return window === 'tumbling' ? findTumblingStart(day, windowDays) : day - windowDays + 1
}

/** Last day on which an incident that ends on a day is in its window. */
function findLastDay({ window, windowDays, gapDays }: MeasureParameters, toDay: number): number {
  if (window === 'session') return toDay + gapDays - 1
  const start = window === 'tumbling' ? findTumblingStart(toDay, windowDays) : toDay
  return start + windowDays - 1
}
