// Compound crisis, level 1: people of an area are cut off, by a siege or by cut supply lines, and at
// the same time killed, attacked more than before, or starving. It reads what other rules find, by
// their patterns, and stated phases of hunger.

import { defineParameters, defineRule, type ParameterValues } from './definition.ts'
import {
  expectEnded,
  expectNone,
  expectOpen,
  makeExample,
  reportOn,
  siegeOfDiosso
} from './examples.ts'
import { byArea, hasUsableGrade, listCertainAreas } from './families.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { makeKey } from './keys.ts'
import type { OverlapRule, SituationKind } from './overlap-rule.ts'
import { type DayRule, firstSlot, openedDay } from './rule.ts'
import { makeTacticTest } from './tactics.ts'

const source = 'patterns.md#compound-crisis'

const hungerPattern = 'acute-hunger'

const hunger = reportOn('2024-03-01', 'food-insecurity', {
  tactics: ['hunger', 'other:ipc-4'],
  settlement: 'Ségou',
  admin1: 'ML-4'
})

const parameters = defineParameters(source, {
  windowDays: [30, 'days', 'minimum time for which a situation counts from its entry'],
  hungerTactics: [
    ['other:ipc-4', 'other:ipc-5'],
    'tactics',
    'tactics by which a report states hunger of phase 4 or worse',
    { source: 'patterns.md#compound-crisis; the IPC acute scale' }
  ],
  cutOffPatterns: [['siege', 'supply-line-interdiction'], 'patterns', 'patterns of people cut off'],
  violencePatterns: [
    ['surge', 'mass-casualty', 'cumulative-deaths'],
    'patterns',
    'patterns of which one must coincide with it, or else hunger'
  ],
  escalateKinds: [
    3,
    'kinds',
    'number of concurrent kinds of situation at which it escalates',
    { min: 2 }
  ]
})
type CompoundCrisisParameters = ParameterValues<typeof parameters>

export const compoundCrisis = defineRule({
  id: 'compound-crisis',
  handbook: {
    says: 'People of one area are cut off, and violence or hunger is added: a rule over what other rules find.',
    levels: '`escalateKinds` concurrent kinds of situation.',
    ends: 'Fewer than two of them continue.',
    comesBack: comesBackWithItsReports
  },
  parameters,
  examples: [
    makeExample(
      'a siege and hunger of phase 4 in one area are a compound crisis',
      [...siegeOfDiosso, hunger],
      expectOpen('2024-03-20', { admin1: 'ML-4' })
    ),
    makeExample(
      'it ends when fewer than two of them continue',
      [...siegeOfDiosso, hunger],
      expectEnded('2024-04-01', { admin1: 'ML-4' })
    ),
    makeExample(
      'a siege alone, with hunger in another area, is not a compound crisis',
      [
        ...siegeOfDiosso,
        { ...hunger, tactics: ['other:ipc-4'], settlement: 'Gao', admin1: 'ML-7' }
      ],
      expectNone('2024-03-20')
    )
  ],
  texts: {
    en: {
      headline: 'People of {area} cut off[, with violence or hunger]',
      why: 'Kinds of situation at once: {value} ({situations}). Threshold: {threshold}, of which one cuts people off; escalation at {escalateKinds}. Each counts from its start until it ends, and for at least {windowDays} days.',
      ends: 'fewer than {threshold} kinds of situation continue',
      measure: 'kinds of situation at once',
      levels: ['cut off, with violence or hunger', '{escalateKinds} kinds of situation at once']
    },
    fr: {
      headline: 'Population de {area} isolée[, avec violence ou faim]',
      why: 'Types de situation simultanés : {value} ({situations}). Seuil : {threshold}, dont un isole la population ; aggravation à {escalateKinds}. Chacun compte de son début à sa fin, et au moins {windowDays} jours.',
      ends: 'moins de {threshold} types de situation durent encore',
      measure: 'types de situation simultanés',
      levels: ['isolement, avec violence ou faim', '{escalateKinds} types de situation simultanés']
    }
  },
  looksBack: ({ windowDays }) => ({ windowDays }),
  make(parameters, base): OverlapRule {
    const kinds = listKinds(parameters)
    return {
      ...base,
      outlastsSilence: true,
      leastDays: parameters.windowDays,
      escalationKinds: parameters.escalateKinds,
      getKind: pattern => kinds.get(pattern) ?? null,
      ownRules: [makeHungerRule(parameters, `${base.id}/${hungerPattern}`)]
    }
  }
})

/** Mass casualties and cumulative deaths are one kind. */
function listKinds({
  cutOffPatterns,
  violencePatterns
}: CompoundCrisisParameters): ReadonlyMap<string, SituationKind> {
  const nameKind = (pattern: string) =>
    pattern === 'cumulative-deaths' ? 'mass-casualty' : pattern
  return new Map<string, SituationKind>([
    ...[hungerPattern, ...violencePatterns].map(
      pattern => [pattern, { name: nameKind(pattern), cutsOff: false }] as const
    ),
    ...cutOffPatterns.map(pattern => [pattern, { name: pattern, cutsOff: true }] as const)
  ])
}

const untilDay = firstSlot

/** Reports that put an area in phase 4 (emergency) or 5 (famine) of the IPC scale. */
function makeHungerRule(
  { windowDays, hungerTactics }: CompoundCrisisParameters,
  id: string
): DayRule {
  const statesHunger = makeTacticTest(hungerTactics)
  return {
    id,
    pattern: hungerPattern,
    family: {
      id: 'acute hunger',
      categories: ~0,
      getMark: (incidents, row) => (statesHunger(incidents, row) ? 1 : 0),
      isCounted: hasUsableGrade,
      sums: 'none',
      ...byArea,
      listKeys(incidents, row, into) {
        for (const area of listCertainAreas(incidents, row))
          into.push(makeKey(incidents, row, area))
      }
    },
    stateSize: firstSlot + 1,
    reachDays: windowDays,
    applyDay(state, view) {
      const { toDay } = view.incidents.columns
      state[openedDay] ||= view.day
      const ends = view.listToday().map(row => toDay[row]!)
      state[untilDay] = Math.max(state[untilDay]!, view.day + windowDays, ...ends)
    },
    getEndDay: state => state[untilDay]!,
    listLevelDays: () => [],
    measure: () => ({ value: 1, threshold: 1, baseline: null }),
    listTriggers: (state, view) => view.listRows(state[openedDay]!, state[untilDay]!)
  }
}
