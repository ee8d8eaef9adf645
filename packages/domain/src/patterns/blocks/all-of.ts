// Building block: several kinds of incident within some days, in any order.

import type { LookBack, MachinePattern, Parameter } from '../../detection/pattern.ts'
import { reachParameter } from '../episode/reach-parameter.ts'
import { countedText } from '../episode/wording.ts'
import type { BlockMeasure, BlockParameters } from './block-finding.ts'
import {
  blockScopes,
  blockSettlement,
  findBlockReach,
  groupByParameter,
  groupFaults
} from './block-groups.ts'
import { blockMachine } from './block-machine.ts'
import { comesBackWithItsSettlement } from './block-words.ts'
import { stepFaults, stepPredicates, stepsMax } from './step-predicates.ts'

interface AllOfParameters {
  readonly groupBy: string
  readonly reachKm: number
  readonly steps: readonly string[]
  readonly withinDays: number
}

const steps: Parameter<readonly string[]> = {
  default: ['category == "threat"', 'category == "displacement"'],
  unit: 'predicates',
  meaning: `what must all have been, in any order; at most ${stepsMax}. One incident may be several of them`,
  source: 'patterns.md#building-blocks'
}

/** Exported for the comparison with the fold of the first engine. */
export const allOfMeasure: BlockMeasure<AllOfParameters> = {
  parametersOf: blockParametersOf,
  amountOf: (incident, _scope, { steps }) => {
    const bits = stepPredicates(steps).matches(incident)
    return steps.map((_, i) => String(i)).filter((_, i) => (bits & (1 << i)) !== 0)
  },
  words: (value, { steps }) =>
    `${value} of ${countedText(steps.length, 'required kind')} of incident`,
  name: ({ withinDays }) => `kinds of incident within ${withinDays} days`,
  windowWords: ({ withinDays }) => `within ${withinDays} days`,
  isNear: (value, { steps }) => value === steps.length - 1,
  lacks: (there, { steps }) => {
    const known = new Set(there.flat())
    return `not yet reported: ${steps.filter((_, i) => !known.has(String(i))).join('; ')}`
  }
}

export const allOf: MachinePattern<AllOfParameters> = {
  id: 'all-of',
  words: {
    says: 'Incidents that fulfil all of `steps`, in any order, within `withinDays`.',
    levels: 'None.',
    ends: 'They are no longer all within `withinDays`.',
    ...comesBackWithItsSettlement
  },
  parameters: {
    groupBy: groupByParameter,
    reachKm: reachParameter,
    steps,
    withinDays: {
      default: 30,
      unit: 'days',
      meaning: 'time within which all must occur',
      source: 'patterns.md#building-blocks',
      min: 1
    }
  },
  looksBack,
  findReach: findBlockReach(looksBack),
  examples: [
    {
      name: 'a threat and a displacement within a month, whichever came first',
      given: [
        { at: '2025-03-01', category: 'displacement', settlement: 'Dioura', admin1: 'ML-5' },
        { at: '2025-03-12', category: 'threat', settlement: 'Dioura', admin1: 'ML-5' }
      ],
      horizon: '2025-03-13',
      expect: [{ group: { theatre: 'all' }, level: 1, open: true }]
    },
    {
      name: 'two threats are only one kind',
      given: [
        { at: '2025-03-01', category: 'threat', settlement: 'Dioura', admin1: 'ML-5' },
        { at: '2025-03-12', category: 'threat', settlement: 'Dioura', admin1: 'ML-5' }
      ],
      horizon: '2025-03-13',
      expect: []
    }
  ],
  faultsOf: p => [
    ...groupFaults(p),
    ...(p.steps.length >= 1 && p.steps.length <= stepsMax
      ? stepFaults(p.steps.map(String), i => ['steps', i])
      : [{ path: ['steps'], detail: `must be 1 to ${stepsMax} predicates` }])
  ],
  failuresOf: ({ steps }) => stepPredicates(steps).failures,
  scopesOf: (incident, { steps, groupBy }) =>
    stepPredicates(steps).matches(incident) === 0 ? [] : blockScopes(incident, groupBy),
  settlementOf: blockSettlement,
  ...blockMachine(allOfMeasure)
}

function looksBack({ withinDays }: AllOfParameters): LookBack {
  return { withinDays }
}

const asBlock = new WeakMap<AllOfParameters, BlockParameters>()

function blockParametersOf(parameters: AllOfParameters): BlockParameters {
  const { groupBy, reachKm, withinDays, steps } = parameters
  const known = asBlock.get(parameters) ?? {
    groupBy,
    reachKm,
    window: 'sliding',
    windowDays: withinDays,
    gapDays: withinDays,
    threshold: Math.max(1, steps.length),
    leave: 0,
    levels: []
  }
  asBlock.set(parameters, known)
  return known
}
