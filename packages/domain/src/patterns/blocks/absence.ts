// Building block: what is expected has not come for a number of days. The count starts at the last
// one that came, includes only days of which all live sources have reported later, and leaves out
// our own downtime.

import {
  type LookBack,
  type MachinePattern,
  numberFaults,
  numbersMax,
  type Parameter,
  type ParameterFault
} from '../../detection/pattern.ts'
import { AbsenceMachine, type AbsenceParameters } from './absence-machine.ts'
import { blockScopes, blockSettlement, groupByParameter, groupFaults } from './block-groups.ts'
import { comesBackWithItsSettlement, eachOfLevels } from './block-words.ts'
import { stepFaults, stepPredicates } from './step-predicates.ts'

const source = 'patterns.md#building-blocks'

const expected: Parameter<readonly string[]> = {
  default: ['category == "access-restored"'],
  unit: 'predicates',
  meaning: 'predicates of what is expected: an incident that fulfils one of them',
  source
}

export const absence: MachinePattern<AbsenceParameters> = {
  id: 'absence',
  words: {
    says: 'What is expected has not come for `days`. A day counts once all live sources have reported later.',
    levels: eachOfLevels,
    ends: 'It comes again.',
    ...comesBackWithItsSettlement
  },
  clock: 'watermark',
  outlastsSilence: true,
  parameters: {
    groupBy: groupByParameter,
    expected,
    days: {
      default: 30,
      unit: 'days',
      meaning: 'days without it, counted from the end of the last one',
      source,
      min: 1
    },
    levels: {
      default: [],
      unit: 'days',
      meaning: `days of level 2, 3, …; ${numbersMax} at most`,
      source,
      min: 1,
      itemFaults: numberFaults
    }
  },
  looksBack: ({ days, levels }): LookBack =>
    levels.length === 0 ? { days } : { levels: Math.max(days, ...levels) },
  examples: [
    {
      name: 'nothing for a month after the last one',
      given: [
        { at: '2025-03-01', category: 'access-restored', settlement: 'Dioura', admin1: 'ML-5' }
      ],
      horizon: '2025-04-02',
      expect: [{ group: { theatre: 'all' }, level: 1, open: true }]
    },
    {
      name: 'a new one ends it',
      given: [
        { at: '2025-03-01', category: 'access-restored', settlement: 'Dioura', admin1: 'ML-5' },
        { at: '2025-04-05', category: 'access-restored', settlement: 'Dioura', admin1: 'ML-5' }
      ],
      horizon: '2025-04-06',
      expect: [{ group: { theatre: 'all' }, level: 1, open: false }]
    },
    {
      name: 'a silence of which not all sources have reported later does not count yet',
      given: [
        { at: '2025-03-01', category: 'access-restored', settlement: 'Dioura', admin1: 'ML-5' }
      ],
      horizon: '2025-03-31',
      expect: []
    }
  ],
  faultsOf: p => [...groupFaults(p), ...expectedFaults(p), ...levelFaults(p)],
  failuresOf: ({ expected }) => stepPredicates(expected).failures,
  scopesOf: (incident, { expected, groupBy }) =>
    stepPredicates(expected).matches(incident) === 0 ? [] : blockScopes(incident, groupBy),
  settlementOf: blockSettlement,
  machine: ground => new AbsenceMachine(ground)
}

function expectedFaults({ expected }: AbsenceParameters): readonly ParameterFault[] {
  return expected.length === 0
    ? [{ path: ['expected'], detail: 'must name at least one predicate' }]
    : stepFaults(expected.map(String), i => ['expected', i])
}

function levelFaults({ days, levels }: AbsenceParameters): readonly ParameterFault[] {
  return levels.flatMap((level, i): ParameterFault[] => {
    const least = i === 0 ? days : (levels[i - 1] as number)
    return level > least
      ? []
      : [{ path: ['levels', i], detail: `must be a number greater than ${least}` }]
  })
}
