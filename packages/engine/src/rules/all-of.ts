// Building block: several kinds of incident within some days, in any order.

import { groupParameters, nameGroup, blockSource as source } from './block-groups.ts'
import { type BlockParameters, makeBlockRule } from './block-law.ts'
import { defineParameters, defineRule } from './definition.ts'
import { expectNone, expectOpen, makeExample } from './examples.ts'
import { comesBackWithItsSettlement } from './handbook.ts'
import { findStepFaults, StepPredicates, stepsMax } from './step-predicates.ts'

const parameters = {
  ...groupParameters,
  ...defineParameters(source, {
    steps: [
      ['category == "threat"', 'category == "displacement"'],
      'predicates',
      `what must all have been, in any order; at most ${stepsMax}. One incident may be several of them`
    ],
    withinDays: [30, 'days', 'time within which all must occur', { min: 1 }]
  })
}

const inDioura = (at: string, category: 'threat' | 'displacement') => ({
  at,
  category,
  settlement: 'Dioura',
  admin1: 'ML-5'
})

export const allOf = defineRule({
  id: 'all-of',
  handbook: {
    says: 'Incidents that fulfil all of `steps`, in any order, within `withinDays`.',
    levels: 'None.',
    ends: 'They are no longer all within `withinDays`.',
    comesBack: comesBackWithItsSettlement
  },
  parameters,
  examples: [
    makeExample(
      'a threat and a displacement within a month, whichever came first',
      [inDioura('2025-03-01', 'displacement'), inDioura('2025-03-12', 'threat')],
      expectOpen('2025-03-13', { theatre: 'all' })
    ),
    makeExample(
      'two threats are only one kind',
      [inDioura('2025-03-01', 'threat'), inDioura('2025-03-12', 'threat')],
      expectNone('2025-03-13')
    )
  ],
  texts: ({ groupBy }) => ({
    en: {
      headline: `${nameGroup(groupBy)}: {value} kinds of incident[ within {withinDays} days]`,
      why: '{value} of {threshold} required kinds of incident within {withinDays} days, in any order.',
      ends: 'they are no longer all within {withinDays} days',
      measure: 'kinds of incident within {withinDays} days'
    },
    fr: {
      headline: `${nameGroup(groupBy)} : {value} types d’incident[ en {withinDays} jours]`,
      why: '{value} des {threshold} types d’incident requis en {withinDays} jours, dans un ordre quelconque.',
      ends: 'ils ne sont plus tous dans {withinDays} jours',
      measure: 'types d’incident en {withinDays} jours'
    }
  }),
  looksBack: ({ withinDays }) => ({ withinDays }),
  faultsOf: ({ steps }) =>
    steps.length >= 1 && steps.length <= stepsMax
      ? findStepFaults(steps.map(String), i => ['steps', i])
      : [{ path: ['steps'], detail: `must be 1 to ${stepsMax} predicates` }],
  make(stated, base) {
    const predicates = new StepPredicates(stated.steps.map(String))
    const window: BlockParameters = {
      ...stated,
      window: 'sliding',
      windowDays: stated.withinDays,
      gapDays: stated.withinDays,
      threshold: Math.max(1, stated.steps.length),
      leave: 0,
      levels: []
    }
    const rule = makeBlockRule(
      base,
      window,
      view => {
        let bits = 0
        return row => {
          bits |= view.getMark(row)
          return countOnes(bits)
        }
      },
      predicates.getMark
    )
    return { ...rule, failures: predicates.failures }
  }
})

function countOnes(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1
  return count
}
