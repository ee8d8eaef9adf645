// Building block: kinds of incident that come one after another within a number of days, with
// absence between them or at the end. Absence counts only once all live sources have reported
// later, and never during our own downtime. An incident that completed a sequence begins no other.

import type { LookBack, MachinePattern, Parameter } from '../../detection/pattern.ts'
import { reachParameter } from '../episode/reach-parameter.ts'
import {
  blockScopes,
  blockSettlement,
  findBlockReach,
  groupByParameter,
  groupFaults
} from './block-groups.ts'
import { comesBackWithItsSettlement } from './block-words.ts'
import type { SequenceParameters } from './sequence-finding.ts'
import { SequenceMachine } from './sequence-machine.ts'
import { planOf, type SequenceStep, sequenceFaults, stepShapeFaults } from './sequence-plan.ts'
import { stepsMax } from './step-predicates.ts'

const source = 'patterns.md#building-blocks'

const steps: Parameter<readonly SequenceStep[]> = {
  default: [
    'category == "threat"',
    { absent: 'category == "access-restored"' },
    'category == "attack"'
  ],
  unit: 'steps',
  meaning: `predicates of incidents in their order, at most ${stepsMax}; {"absent": predicate} for what must not come before the next step, with "days" at the end`,
  source,
  itemFaults: stepShapeFaults
}

export const sequence: MachinePattern<SequenceParameters> = {
  id: 'sequence',
  words: {
    says: 'Incidents that fulfil `steps` one after another, and what must not come between them or at the end.',
    levels: 'None.',
    ends: '`holdDays` after it was complete, or when it recurs.',
    ...comesBackWithItsSettlement
  },
  parameters: {
    groupBy: groupByParameter,
    reachKm: reachParameter,
    steps,
    withinDays: {
      default: 60,
      unit: 'days',
      meaning:
        'maximum time from the beginning of the first incident to that of the last; an absence at the end may extend beyond it',
      source,
      min: 1
    },
    holdDays: {
      default: 30,
      unit: 'days',
      meaning: 'how long it stays open once complete, unless it recurs before',
      source,
      min: 1
    }
  },
  looksBack,
  findReach: findBlockReach(looksBack),
  examples: [
    {
      name: 'a threat, then an attack, and no access between them',
      given: [
        { at: '2025-03-01', category: 'threat', settlement: 'Dioura', admin1: 'ML-5' },
        { at: '2025-03-12', category: 'attack', settlement: 'Dioura', admin1: 'ML-5' }
      ],
      horizon: '2025-03-13',
      expect: [{ group: { theatre: 'all' }, level: 1, open: true }]
    },
    {
      name: 'it ends a month after it was complete',
      given: [
        { at: '2025-03-01', category: 'threat', settlement: 'Dioura', admin1: 'ML-5' },
        { at: '2025-03-12', category: 'attack', settlement: 'Dioura', admin1: 'ML-5' }
      ],
      horizon: '2025-04-12',
      expect: [{ group: { theatre: 'all' }, level: 1, open: false }]
    },
    {
      name: 'access between them breaks it',
      given: [
        { at: '2025-03-01', category: 'threat', settlement: 'Dioura', admin1: 'ML-5' },
        { at: '2025-03-05', category: 'access-restored', settlement: 'Dioura', admin1: 'ML-5' },
        { at: '2025-03-12', category: 'attack', settlement: 'Dioura', admin1: 'ML-5' }
      ],
      horizon: '2025-03-13',
      expect: []
    },
    {
      name: 'an absence of which not all sources have reported later does not count yet',
      given: [
        { at: '2025-03-01', category: 'threat', settlement: 'Dioura', admin1: 'ML-5' },
        { at: '2025-03-12', category: 'attack', settlement: 'Dioura', admin1: 'ML-5' }
      ],
      horizon: '2025-03-11',
      expect: []
    }
  ],
  faultsOf: p => [...groupFaults(p), ...sequenceFaults(p.steps)],
  failuresOf: ({ steps, withinDays }) => planOf(steps, withinDays).predicates.failures,
  scopesOf: (incident, { steps, withinDays, groupBy }) =>
    planOf(steps, withinDays).predicates.matches(incident) === 0
      ? []
      : blockScopes(incident, groupBy),
  settlementOf: blockSettlement,
  hasAbsenceLevels: true,
  machine: ground => new SequenceMachine(ground)
}

function looksBack({ steps: given, withinDays, holdDays }: SequenceParameters): LookBack {
  const { lastDays } = planOf(given, withinDays)
  return {
    withinDays,
    ...(lastDays === null ? {} : { 'absence at the end': lastDays }),
    holdDays
  }
}
