// Compound crisis, level 1: people of an area are cut off, by a siege or by cut supply lines, and at
// the same time killed, attacked more than before, or starving. It reads what other rules find, by
// their patterns, and stated phases of hunger.

import { countOnes } from '../data/day-bits.ts'
import { never } from '../data/time.ts'
import type { DayView } from './day-view.ts'
import { defineParameters, defineRule, type ParameterValues } from './definition.ts'
import {
  expectEnded,
  expectNone,
  expectOpen,
  makeExample,
  reportOn,
  siegeOfDiosso
} from './examples.ts'
import { byCertainArea, hasUsableGrade } from './families.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { nameFindingTactic, openFindingDay } from './over-findings.ts'
import { type DayRule, type FindingsRule, firstSlot, openedDay } from './rule.ts'
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
      headline: 'People of {area} cut off, with violence or hunger',
      why: 'Kinds of situation at once: {value} ({situations}). Threshold: {threshold}, of which one cuts people off; escalation at {escalateKinds}. Each counts from its start until it ends, and for at least {windowDays} days.',
      ends: 'fewer than {threshold} kinds of situation continue',
      measure: 'kinds of situation at once',
      levels: ['cut off, with violence or hunger', '{escalateKinds} kinds of situation at once']
    },
    fr: {
      headline: 'Population de {area} isolée, avec violence ou faim',
      why: 'Types de situation simultanés : {value} ({situations}). Seuil : {threshold}, dont un isole la population ; aggravation à {escalateKinds}. Chacun compte de son début à sa fin, et au moins {windowDays} jours.',
      ends: 'moins de {threshold} types de situation durent encore',
      measure: 'types de situation simultanés',
      levels: ['isolement, avec violence ou faim', '{escalateKinds} types de situation simultanés']
    }
  },
  looksBack: ({ windowDays }) => ({ windowDays }),
  make(parameters, base): FindingsRule {
    const kinds = listKinds(parameters)
    const kindNames = [...new Set(kinds.map(({ name }) => name))]
    const tests = kinds.map(({ pattern, name }) => ({
      isOfKind: makeTacticTest([nameFindingTactic(pattern)]),
      bit: 1 << kindNames.indexOf(name)
    }))
    const cutOffs = kinds.reduce(
      (bits, { cutsOff }, i) => (cutsOff ? bits | tests[i]!.bit : bits),
      0
    )
    return {
      ...base,
      outlastsSilence: true,
      readsFindingsOf: kinds.map(({ pattern }) => pattern),
      awaitsFindingsOf: parameters.cutOffPatterns,
      leastDays: parameters.windowDays,
      ownRules: [makeHungerRule(parameters, `${base.id}/${hungerPattern}`)],
      family: {
        id: 'situations by area',
        categories: ~0,
        getMark: (incidents, row) =>
          tests.find(({ isOfKind }) => isOfKind(incidents, row))?.bit ?? 0,
        isCounted: () => true,
        sums: 'none',
        ...byCertainArea
      },
      stateSize,
      reachDays: 0,
      applyDay(state, view) {
        const rows = view.listOverlapping(view.day, view.day)
        const bits = rows.reduce((mask, row) => mask | view.getMark(row), 0)
        const isCrisis = (bits & cutOffs) !== 0 && (bits & ~cutOffs) !== 0
        if (state[openedDay] === 0 && !isCrisis) return
        state[openedDay] ||= view.day
        state[kindBits]! |= bits
        state[most] = Math.max(state[most]!, countOnes(bits))
        if (countOnes(bits) >= parameters.escalateKinds) state[escalationDay] ||= view.day
        state[endDay] = findEnd(view, rows)
      },
      getEndDay: state => state[endDay]!,
      listLevelDays: state => [state[escalationDay]!],
      measure: state => ({ value: state[most]!, threshold: 2, baseline: null }),
      listFacts(state) {
        const found = kindNames.filter((_, i) => (state[kindBits]! & (1 << i)) !== 0)
        return { situations: found.join(', ') }
      },
      listTriggers: (state, view) => view.listOverlapping(state[openedDay]!, state[endDay]! - 1)
    }
  }
})

const most = firstSlot
const kindBits = firstSlot + 1
const escalationDay = firstSlot + 2
/** The first day with fewer than two kinds, if none begins before. */
const endDay = firstSlot + 3
const stateSize = firstSlot + 4

interface SituationKind {
  readonly pattern: string
  readonly name: string
  /** True if it cuts people off: a crisis begins with such a kind, and another one. */
  readonly cutsOff: boolean
}

/** Mass casualties and cumulative deaths are one kind. */
function listKinds({ cutOffPatterns, violencePatterns }: CompoundCrisisParameters) {
  const others = [hungerPattern, ...violencePatterns].map(
    (pattern): SituationKind => ({
      pattern,
      name: pattern === 'cumulative-deaths' ? 'mass-casualty' : pattern,
      cutsOff: false
    })
  )
  return [...cutOffPatterns.map(pattern => ({ pattern, name: pattern, cutsOff: true })), ...others]
}

function findEnd(view: DayView, rows: readonly number[]): number {
  const { toDay } = view.incidents.columns
  const lastDays = new Map<number, number>()
  for (const row of rows) {
    const kind = view.getMark(row)
    lastDays.set(kind, Math.max(lastDays.get(kind) ?? 0, toDay[row]!))
  }
  const [, second = view.day - 1] = [...lastDays.values()].sort((a, b) => b - a)
  return second >= openFindingDay ? never : second + 1
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
      ...byCertainArea
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
