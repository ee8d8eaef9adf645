// Retaliation watch, level 1: a settlement appealed, resisted or informed while an armed actor
// besieges or rules it, and may be punished for it. Any threat or attack there afterwards escalates.

import { never } from '../data/time.ts'
import { attackMask, makeCategoryMask } from '../data/vocabulary.ts'
import type { DayView } from './day-view.ts'
import { defineParameters, defineRule } from './definition.ts'
import {
  diosso,
  expectEnded,
  expectNone,
  expectOpen,
  makeExample,
  reportOn,
  siegeOfDiosso
} from './examples.ts'
import { bySettlement, hasUsableGrade } from './families.ts'
import { type DayRule, firstSlot, openedDay } from './rule.ts'
import { type IncidentTest, makeTacticTest } from './tactics.ts'

const source = 'patterns.md#retaliation-watch'

const voiceDay = firstSlot
/** Until when there were appeals, threats or attacks. */
const activeTo = firstSlot + 1
const lastTriggerDay = firstSlot + 2
const menaceCount = firstSlot + 3
const threatDay = firstSlot + 4
const attackDay = firstSlot + 5
const stateSize = firstSlot + 6

const appeal = makeCategoryMask('appeal')
const threat = makeCategoryMask('threat')

const parameters = defineParameters(source, {
  quietDays: [60, 'days', 'quiet time that ends it'],
  voiceTactics: [
    ['other:resistance', 'other:informing'],
    'tactics',
    'tactics by which a settlement speaks up, besides the category `appeal`'
  ],
  holdingPatterns: [
    ['siege', 'territory-lost'],
    'patterns',
    'patterns whose findings show that an actor besieges or rules the settlement'
  ]
})

export const retaliationWatch = defineRule({
  id: 'retaliation-watch',
  handbook: {
    says: 'A settlement under siege or the rule of others has appealed, resisted or informed, and may be punished for it.',
    levels: 'A threat or an attack there.',
    ends: '`quietDays` without a further appeal, threat or attack.',
    comesBack: 'The same settlement, within `quietDays` of the last report.'
  },
  parameters,
  examples: [
    makeExample(
      'an appeal from a besieged settlement raises it, and an attack there escalates it',
      [
        ...siegeOfDiosso,
        reportOn('2024-03-01', 'appeal', diosso),
        reportOn('2024-03-20', 'attack', diosso)
      ],
      expectOpen('2024-04-01', { settlement: 'Diosso' }, 2)
    ),
    makeExample(
      'sixty quiet days end it',
      [...siegeOfDiosso, reportOn('2024-03-01', 'appeal', diosso)],
      expectEnded('2024-05-02', { settlement: 'Diosso' })
    ),
    makeExample(
      'an appeal from a settlement that nobody holds raises nothing',
      [reportOn('2024-03-01', 'appeal', diosso), reportOn('2024-03-20', 'attack', diosso)],
      expectNone('2024-04-01')
    )
  ],
  texts: {
    en: {
      headline: '{area} may be punished[: it spoke up on {voiceDay}]',
      why: '{area} appealed, resisted or informed on {voiceDay} while it was besieged or ruled by others. Threats and attacks reported since then: {value}.',
      ends: '{quietDays} days without another appeal, act of resistance, threat or attack',
      measure: 'threats and attacks since it spoke up',
      levels: ['it spoke up while it was held', 'threatened', 'attacked']
    },
    fr: {
      headline: '{area} risque des représailles[ depuis le {voiceDay}]',
      why: '{area} a lancé un appel, résisté ou informé le {voiceDay}, alors que la localité était assiégée ou tenue par d’autres. Menaces et attaques rapportées depuis : {value}.',
      ends: '{quietDays} jours sans nouvel appel, acte de résistance, menace ni attaque',
      measure: 'menaces et attaques depuis la prise de parole',
      levels: ['prise de parole sous contrainte', 'menaces', 'attaque']
    }
  },
  looksBack: ({ quietDays }) => ({ quietDays }),
  make(parameters, base): DayRule {
    const { quietDays, voiceTactics, holdingPatterns } = parameters
    const speaksUp = makeTacticTest(voiceTactics)
    const isVoice: IncidentTest = (incidents, row) =>
      (incidents.columns.category[row]! & appeal) !== 0 || speaksUp(incidents, row)
    const listVoices = (view: DayView) =>
      view.listToday().filter(row => isVoice(view.incidents, row))
    return {
      ...base,
      identityDays: 0,
      inputPatterns: holdingPatterns,
      family: {
        id: 'appeals, threats and attacks by settlement',
        categories: ~0,
        includes: (incidents, row) =>
          (incidents.columns.category[row]! & (threat | attackMask)) !== 0 ||
          isVoice(incidents, row),
        sums: 'none',
        isCounted: hasUsableGrade,
        ...bySettlement
      },
      stateSize,
      reachDays: 0,
      canOpen: view => listVoices(view).length > 0,
      applyDay(state, view) {
        const { incidents, day } = view
        const { category, toDay } = incidents.columns
        if (state[openedDay] === 0) {
          const heldDays = listVoices(view).map(row => findHeldDay(view, holdingPatterns, row))
          const opened = Math.min(never, ...heldDays)
          if (opened === never) return
          state[openedDay] = opened
          state[voiceDay] = day
        }
        state[lastTriggerDay] = day
        for (const row of view.listToday()) {
          state[activeTo] = Math.max(state[activeTo]!, toDay[row]!)
          // An attack in which the settlement resisted is its own act, not a retaliation.
          if (isVoice(incidents, row) || toDay[row]! < state[openedDay]!) continue
          state[menaceCount]! += 1
          const slot = (category[row]! & threat) !== 0 ? threatDay : attackDay
          state[slot] ||= Math.max(day, state[openedDay]!)
        }
      },
      getEndDay: state => state[activeTo]! + quietDays,
      listLevelDays: state => [state[threatDay]!, state[attackDay]!],
      measure: state => ({ value: state[menaceCount]!, threshold: 1, baseline: null }),
      listFacts: state => ({ voiceDay: state[voiceDay]! }),
      listTriggers(state, view) {
        const { toDay } = view.incidents.columns
        const opened = state[openedDay]!
        const own = view
          .listRows(state[voiceDay]!, state[lastTriggerDay]!)
          .filter(row => toDay[row]! >= opened)
        // Who sees the alert must be allowed to know of the siege or the loss.
        return [...new Set([...own, ...view.listInputTriggers(holdingPatterns, opened)])]
      }
    }
  }
})

/**
 * The first day of a report on which others show a siege or a loss; `never` if none do.
 * What this report alone shows is one alert: of the siege or the loss.
 */
function findHeldDay(view: DayView, holdingPatterns: readonly string[], row: number): number {
  const { fromDay, toDay } = view.incidents.columns
  const held = view
    .listInputs(holdingPatterns, fromDay[row]!, toDay[row]!)
    .filter(({ triggers }) => triggers.some(trigger => trigger !== row))
  return Math.min(never, ...held.map(({ startDay }) => Math.max(startDay, fromDay[row]!)))
}
