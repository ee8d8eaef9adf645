// Building block: what is expected has not come for a number of days. The count starts at the end of
// the last one, and leaves out our own downtime; it includes only days after which all live sources have
// reported later.

import {
  groupParameters,
  makeBlockFamily,
  nameGroup,
  blockSource as source
} from './block-groups.ts'
import {
  defineParameters,
  defineRule,
  type LookBack,
  type ParameterFault,
  type ParameterValues
} from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample } from './examples.ts'
import { comesBackWithItsSettlement, eachOfLevels } from './handbook.ts'
import { findNumberFaults, findRisingFaults, numbersMax } from './parameter-faults.ts'
import { endlessKm } from './regions.ts'
import { type DayRule, firstSlot, openedDay } from './rule.ts'
import { findStepFaults, StepPredicates } from './step-predicates.ts'

const lastDay = firstSlot
const stateSize = firstSlot + 1

const parameters = {
  groupBy: groupParameters.groupBy,
  ...defineParameters(source, {
    expected: [
      ['category == "access-restored"'],
      'predicates',
      'predicates of what is expected: an incident that fulfils one of them'
    ],
    days: [30, 'days', 'days without it, counted from the end of the last one', { min: 1 }],
    levels: [
      [] as readonly number[],
      'days',
      `days of level 2, 3, …; ${numbersMax} at most`,
      { min: 1, itemFaults: findNumberFaults }
    ]
  })
}
type AbsenceParameters = ParameterValues<typeof parameters>

const accessOn = (at: string) => ({
  at,
  category: 'access-restored' as const,
  settlement: 'Dioura',
  admin1: 'ML-5'
})

export const absence = defineRule({
  id: 'absence',
  handbook: {
    says: 'What is expected has not come for `days`. A day counts once all live sources have reported later.',
    levels: eachOfLevels,
    ends: 'It comes again.',
    comesBack: comesBackWithItsSettlement
  },
  parameters,
  examples: [
    makeExample(
      'nothing for a month after the last one',
      [accessOn('2025-03-01')],
      expectOpen('2025-04-02', { theatre: 'all' })
    ),
    makeExample(
      'a new one ends it',
      [accessOn('2025-03-01'), accessOn('2025-04-05')],
      expectEnded('2025-04-06', { theatre: 'all' })
    ),
    makeExample(
      'a silence of which not all sources have reported later does not count yet',
      [accessOn('2025-03-01')],
      expectNone('2025-03-31')
    )
  ],
  texts: ({ groupBy }) => ({
    en: {
      headline: `${nameGroup(groupBy)}: nothing of what is expected[ since {from}]`,
      why: 'What is expected last came on {from}, and has not come for {days} days since. A day counts once all live sources have reported later.',
      ends: 'it comes again',
      measure: 'days without it'
    },
    fr: {
      headline: `${nameGroup(groupBy)} : rien de ce qui est attendu[ depuis le {from}]`,
      why: 'Ce qui est attendu est venu pour la dernière fois le {from}, et n’est pas venu depuis {days} jours. Un jour compte dès que toutes les sources actives ont signalé plus tard.',
      ends: 'il revient',
      measure: 'jours sans lui'
    }
  }),
  looksBack: ({ days, levels }): LookBack =>
    levels.length === 0 ? { days } : { levels: Math.max(days, ...levels) },
  faultsOf: stated => [
    ...findExpectedFaults(stated),
    ...findRisingFaults('levels', stated.levels, stated.days)
  ],
  make({ groupBy, expected: texts, days, levels }, base): DayRule {
    const predicates = new StepPredicates(texts.map(String))
    return {
      ...base,
      failures: predicates.failures,
      outlastsSilence: true,
      clock: 'watermark',
      isNewsWhileOpen: true,
      returnsToEnd: 1,
      // What is expected may come anywhere in the theatre.
      family: makeBlockFamily({ groupBy, reachKm: endlessKm }, predicates.getMark),
      stateSize,
      reachDays: 0,
      applyDay(state, view) {
        const { toDay } = view.incidents.columns
        const ends = view.listToday().map(row => toDay[row]!)
        state[lastDay] = Math.max(state[lastDay]!, ...ends)
        state[openedDay] = state[lastDay]! + days + 1
      },
      confirm(state, view) {
        state[openedDay] = view.addUnheardDays(state[lastDay]!, state[openedDay]!)
        return state[openedDay]
      },
      listLevelDays: state =>
        levels.map(level => state[openedDay]! + level - days).filter(day => day > 0),
      measure: () => ({ value: days, threshold: days, baseline: null }),
      listFacts: state => ({ lastDay: state[lastDay]! }),
      listTriggers: (state, view) => {
        const rows = view.listOverlapping(state[lastDay]!, state[lastDay]!)
        const { toDay } = view.incidents.columns
        return rows.filter(row => toDay[row] === state[lastDay])
      }
    }
  }
})

function findExpectedFaults({ expected: texts }: AbsenceParameters): readonly ParameterFault[] {
  return texts.length === 0
    ? [{ path: ['expected'], detail: 'must name at least one predicate' }]
    : findStepFaults(texts.map(String), i => ['expected', i])
}
