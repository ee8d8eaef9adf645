// Third-party convergence: several states tell their people to leave one country within days. Their
// reasons are not public; their agreement is the sign. It lasts until several lower their advice:
// advice that is not repeated remains valid.

import type { Incidents } from '../data/incidents.ts'
import { emptyList, uniteLists } from '../data/interning.ts'
import { never } from '../data/time.ts'
import { makeCategoryMask, makeTacticMask } from '../data/vocabulary.ts'
import type { DayView } from './day-view.ts'
import { defineParameters, defineRule } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { byCountry, hasUsableGrade, isShorterThan } from './families.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { readActor } from './perpetrators.ts'
import { type DayRule, firstSlot, openedDay } from './rule.ts'
import { StateSet } from './state-set.ts'
import { makeTacticTest } from './tactics.ts'

const source = 'patterns.md#third-party-convergence'

const sinceDay = firstSlot
const lastTriggerDay = firstSlot + 1
/** The greatest number of states that advised at a time. */
const most = firstSlot + 2
const manyDay = firstSlot + 3
const orderedDay = firstSlot + 4
const endDay = firstSlot + 5
/** The end of the episode before: advice up to it does not count again. */
const previousEndDay = firstSlot + 6
/** More than the states that publish advice. */
const statesMax = 60
const advising = new StateSet(firstSlot + 7, statesMax)
const loweredSlots = firstSlot + 7 + statesMax

const advisory = makeCategoryMask('advisory')
/** To order one's own staff out is advice too, and stronger. */
const orderedDeparture = makeTacticMask(['ordered-departure'])

const advise = (day: string, actor: string, ...tactics: readonly string[]) =>
  reportOn(day, 'advisory', { country: 'ML', actor, ...(tactics.length > 0 && { tactics }) })
const threeStates = [
  advise('2025-11-10', 'United States'),
  advise('2025-11-11', 'United Kingdom'),
  advise('2025-11-12', 'Germany')
]

const parameters = defineParameters(source, {
  windowDays: [14, 'days', 'the window'],
  statesMin: [3, 'states', 'states that tell people to leave within the window, needed for entry'],
  escalateStates: [
    4,
    'states',
    'states with standing advice at which it escalates',
    { source: 'the Sahel scenario, row 11', notBelow: 'statesMin' }
  ],
  loweredMin: [2, 'states', 'states that must lower their advice to end it', { min: 1 }],
  loweredTactics: [
    ['other:lowered', 'other:lifted'],
    'tactics',
    'tactics by which an advisory lowers an earlier one',
    { source: 'our choice: the words of tactics are open' }
  ]
})

export const thirdPartyConvergence = defineRule({
  id: 'third-party-convergence',
  handbook: {
    says: 'Several states tell their people to leave a country within days.',
    levels: '`escalateStates` states; an ordered departure of staff.',
    ends: '`loweredMin` states lower their advice.',
    comesBack: comesBackWithItsReports
  },
  parameters,
  examples: [
    makeExample(
      'a third state within two weeks raises it, a fourth escalates it',
      [...threeStates, advise('2025-11-14', 'France')],
      expectOpen('2025-11-20', { country: 'ML' }, 2)
    ),
    makeExample(
      'three advisories of one state count as one',
      [
        advise('2025-11-10', 'United States'),
        advise('2025-11-11', 'united states '),
        advise('2025-11-12', 'Germany')
      ],
      expectNone('2025-11-20')
    ),
    makeExample(
      'an ordered departure of staff escalates it',
      [...threeStates, advise('2025-11-13', 'Germany', 'ordered-departure')],
      expectOpen('2025-11-20', { country: 'ML' }, 2)
    ),
    makeExample(
      'two states that lower their advice end it',
      [
        ...threeStates,
        advise('2026-01-12', 'Germany', 'other:lowered'),
        advise('2026-02-12', 'United Kingdom', 'other:lowered')
      ],
      expectEnded('2026-03-01', { country: 'ML' })
    )
  ],
  texts: {
    en: {
      headline: '{value} {value:state tells its|states tell their} people to leave {area}',
      why: 'States that advised to leave {area} since {from}: {states}. Threshold: {statesMin} within {windowDays} days. Advice remains valid if it is not repeated.',
      ends: '{loweredMin} {loweredMin:state lowers its|states lower their} advice; silence does not end it',
      measure: 'states that tell their people to leave',
      levels: ['{statesMin} states', '{escalateStates} states', 'staff ordered to leave']
    },
    fr: {
      headline: '{value} {value:État invite|États invitent} à quitter[ le pays :] {area}',
      why: 'États qui invitent à partir ({area}) depuis le {from} : {states}. Seuil : {statesMin} en {windowDays} jours. Un conseil reste valable s’il n’est pas répété.',
      ends: '{loweredMin} {loweredMin:État abaisse son conseil|États abaissent leur conseil} ; le silence n’y met pas fin',
      measure: 'États qui invitent à partir',
      levels: ['{statesMin} États', '{escalateStates} États', 'départ ordonné du personnel']
    }
  },
  looksBack: ({ windowDays }) => ({ windowDays }),
  make(parameters, base): DayRule {
    const { windowDays, statesMin, escalateStates, loweredMin } = parameters
    const isLowering = makeTacticTest(parameters.loweredTactics)
    const lowered = new StateSet(loweredSlots, loweredMin)
    // By issuer: the latest advice in the window, unless it was lowered since.
    const listAdvice = (view: DayView, afterDay: number) => {
      const { incidents, day } = view
      const { fromDay, toDay } = incidents.columns
      const latest = new Map<number, number>()
      const loweredDays = new Map<number, number>()
      // Advice of the window may have begun a window before it.
      for (const row of view.listRows(Math.max(day - 2 * windowDays, afterDay + 1), day))
        for (const issuer of listIssuers(incidents, row)) {
          const known = latest.get(issuer) ?? row
          if (isLowering(incidents, row)) loweredDays.set(issuer, fromDay[row]!)
          else if (fromDay[row]! > fromDay[known]! || toDay[row]! >= toDay[known]!)
            latest.set(issuer, row)
        }
      const isValid = ([issuer, row]: [number, number]) =>
        (loweredDays.get(issuer) ?? 0) < fromDay[row]! && toDay[row]! >= day - windowDays
      return [...latest].filter(isValid).map(([, row]) => row)
    }
    return {
      ...base,
      outlastsSilence: true,
      family: {
        id: 'advice to leave by country',
        categories: advisory,
        tactics: orderedDeparture,
        sums: 'none',
        isCounted: (incidents, row) =>
          hasUsableGrade(incidents, row) &&
          (isLowering(incidents, row) || isShorterThan(incidents, row, windowDays)),
        ...byCountry
      },
      stateSize: loweredSlots + loweredMin,
      lastingSlots: [previousEndDay, 1],
      reachDays: 2 * windowDays,
      applyDay(state, view) {
        const { incidents, day } = view
        let rows = view.listToday()
        if (state[openedDay] === 0) {
          const advice = listAdvice(view, state[previousEndDay]!)
          if (advice.length < statesMin) return
          rows = [...new Set(advice)]
          state[openedDay] = day
          state[sinceDay] = Math.min(...rows.map(row => incidents.columns.fromDay[row]!))
        }
        const advisories = rows.filter(row => !isLowering(incidents, row))
        const advisers = advisories.flatMap(row => listIssuers(incidents, row))
        advising.add(state, advisers)
        lowered.remove(state, advisers)
        state[most] = Math.max(state[most]!, advising.count(state))
        if (state[most]! >= escalateStates) state[manyDay] ||= day
        if (advisories.some(row => view.hasAny(row, 0, orderedDeparture))) state[orderedDay] ||= day
        for (const row of rows) {
          if (!isLowering(incidents, row)) continue
          const known = listIssuers(incidents, row).filter(issuer => advising.has(state, issuer))
          advising.remove(state, known)
          lowered.add(state, known)
        }
        state[lastTriggerDay] = day
        if (lowered.count(state) >= loweredMin) state[endDay] = state[previousEndDay] = day
      },
      getEndDay: state => state[endDay]! || never,
      listLevelDays: state => [state[manyDay]!, state[orderedDay]!],
      measure: state => ({ value: state[most]!, threshold: statesMin, baseline: null }),
      listFacts(state, { incidents }) {
        const issuers = [...advising.list(state), ...lowered.list(state)]
        const names = issuers.map(issuer => readActor(incidents, issuer))
        return { sinceDay: state[sinceDay]!, states: names.sort().join(', ') }
      },
      listTriggers: (state, view) => view.listRows(state[sinceDay]!, state[lastTriggerDay]!),
      assessDays: windowDays,
      assess: view => ({ value: listAdvice(view, 0).length, threshold: statesMin, baseline: null })
    }
  }
})

/** Who gives the advice; if no report names an issuer, each independent source does. */
function listIssuers(incidents: Incidents, row: number): readonly number[] {
  const { details } = incidents.reports
  const issuers = uniteLists(
    incidents.listDeciding(row).map(report => details.get(report)?.issuers ?? emptyList)
  )
  return issuers.length > 0 ? issuers : incidents.getOrigins(row)
}
