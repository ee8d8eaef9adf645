// Siege by OCHA's criteria, by settlement: encirclement, aid denied, movement denied. A siege is two
// or more together for days. It ends by access that independent sources report and that lasts;
// silence never ends it.

import { never } from '../data/time.ts'
import { makeCategoryMask, makeTacticMask } from '../data/vocabulary.ts'
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
import type { Family } from './family.ts'
import { type DayRule, firstSlot, openedDay, type State } from './rule.ts'
import { Signs } from './signs.ts'
import { StateSet } from './state-set.ts'

const source = 'patterns.md#siege'

const criteria = (['blockade', 'aid-denied', 'movement-denied'] as const).map(category => ({
  categories: makeCategoryMask(category),
  tactics: makeTacticMask([category === 'blockade' ? 'encirclement' : category])
}))
const held = new Signs(firstSlot, criteria.length, ({ columns }, row) =>
  criteria.reduce((bits, { categories, tactics }, number) => {
    const isMet = (columns.category[row]! & categories) | (columns.tactics[row]! & tactics)
    return isMet === 0 ? bits : bits | (1 << number)
  }, 0)
)
const escalatorSlots = firstSlot + 2 * criteria.length
/** `slot`: the last day on which it was reported before the entry, and then the first one. */
const escalators = ['hunger', 'no-medical-care', 'leader-killed'].map((tactic, i) => ({
  tactics: makeTacticMask([tactic]),
  slot: escalatorSlots + i
}))
/** First and last day of access reported since the last report of the siege. */
const accessFirst = escalatorSlots + escalators.length
const accessLast = accessFirst + 1
const confirmedDay = accessFirst + 2
const lastTriggerDay = accessFirst + 3
const sourceSlots = accessFirst + 4

const escalatorTactics = escalators.reduce((mask, { tactics }) => mask | tactics, 0)
const accessRestored = makeCategoryMask('access-restored')

const reportsOfSiege: Family = {
  id: 'reports of siege by settlement',
  categories: criteria.reduce((mask, { categories }) => mask | categories, accessRestored),
  tactics: criteria.reduce((mask, { tactics }) => mask | tactics, escalatorTactics),
  sums: 'none',
  isCounted: hasUsableGrade,
  ...bySettlement
}

const parameters = defineParameters(source, {
  criteriaMin: [
    2,
    'criteria',
    'criteria held at once for entry',
    { source: 'OCHA: besieged', min: 1, max: 3 }
  ],
  heldDays: [7, 'days', 'how long they must be held together for entry'],
  bridgedGapDays: [
    30,
    'days',
    'maximum gap between two reports of one criterion before entry, or between two reports of access'
  ],
  ageDays: [[30, 90, 180, 365], 'days', 'ages at which it escalates'],
  accessSourcesMin: [2, 'sources', 'independent sources of access that end it'],
  accessSustainedDays: [14, 'days', 'how long access must last to end it']
})

export const siege = defineRule({
  id: 'siege',
  handbook: {
    says: 'A settlement is encircled, cut off from aid, or its people cannot leave: two of the three, for days.',
    levels:
      'All three criteria; each age in `ageDays`; hunger, deaths for lack of care, a killing of its leaders.',
    ends: 'Access that `accessSourcesMin` independent sources report and that lasts `accessSustainedDays`. Silence never ends it.',
    comesBack: 'The same settlement, within `bridgedGapDays` of its end.'
  },
  parameters,
  examples: [
    makeExample(
      'two criteria that hold for a week are a partial siege, and silence does not end it',
      siegeOfDiosso,
      expectOpen('2024-01-20', { settlement: 'Diosso' })
    ),
    makeExample(
      'one criterion alone is not a siege',
      [reportOn('2024-01-01/2024-02-12', 'blockade', diosso)],
      expectNone('2024-03-01')
    ),
    makeExample(
      'the third criterion, hunger and thirty days escalate it',
      [...siegeOfDiosso, reportOn('2024-01-15', 'aid-denied', { tactics: ['hunger'] }, diosso)],
      expectOpen('2024-02-20', { settlement: 'Diosso' }, 4)
    ),
    makeExample(
      'access reported by two independent sources ends it two weeks later',
      [
        ...siegeOfDiosso,
        reportOn('2024-01-15', 'access-restored', diosso),
        reportOn('2024-01-17', 'access-restored', diosso, { source: 'b' })
      ],
      expectEnded('2024-02-01', { settlement: 'Diosso' })
    )
  ],
  texts: ({ ageDays }) => ({
    en: {
      headline: 'Siege of {area}: {value} of 3 criteria[ since {from}]',
      why: 'Reported of {area} since {from}: {value} of encirclement, aid denied and movement denied, held together. Threshold: {criteriaMin} for {heldDays} days. A criterion counts as held throughout an interval.',
      ends: '{accessSourcesMin} independent {accessSourcesMin:source reports|sources report} access, and it lasts {accessSustainedDays} days; silence does not end it',
      measure: 'criteria held',
      levels: [
        'partial siege',
        'all three criteria',
        ...ageDays.map(days => `${days} days`),
        'hunger',
        'no medical care',
        'local leaders killed'
      ]
    },
    fr: {
      headline: 'Siège de {area} : {value} critères sur 3[ depuis le {from}]',
      why: 'Rapporté de {area} depuis le {from} : {value} des critères encerclement, aide refusée et déplacements empêchés, remplis ensemble. Seuil : {criteriaMin} pendant {heldDays} jours. Un critère vaut pour tout un intervalle.',
      ends: '{accessSourcesMin} {accessSourcesMin:source indépendante rapporte|sources indépendantes rapportent} un accès, qui dure {accessSustainedDays} jours ; le silence n’y met pas fin',
      measure: 'critères remplis',
      levels: [
        'siège partiel',
        'les trois critères',
        ...ageDays.map(days => `${days} jours`),
        'faim',
        'absence de soins',
        'responsables locaux tués'
      ]
    }
  }),
  looksBack: ({ heldDays, bridgedGapDays, ageDays, accessSustainedDays }) => ({
    heldDays,
    bridgedGapDays,
    ...(Math.max(...ageDays) > accessSustainedDays
      ? { ageDays: Math.max(...ageDays) }
      : { accessSustainedDays })
  }),
  make(parameters, base): DayRule {
    const { criteriaMin, bridgedGapDays, ageDays, accessSourcesMin } = parameters
    const { heldDays, accessSustainedDays } = parameters
    const accessSources = new StateSet(sourceSlots, accessSourcesMin)
    const clearAccess = (state: State) => {
      state[accessFirst] = state[accessLast] = state[confirmedDay] = 0
      accessSources.clear(state)
    }
    // Reports of access count together if the gaps between them are short.
    const noteAccess = (state: State, view: DayView, rows: readonly number[]) => {
      const { incidents, day } = view
      const { toDay } = incidents.columns
      const besiegedTo = Math.max(...criteria.map((_, number) => held.getLastDay(state, number)))
      // An interval of siege that continues long after a report of access contradicts it.
      const reports = rows.filter(
        row =>
          view.hasAny(row, accessRestored) &&
          (besiegedTo <= toDay[row]! || besiegedTo < toDay[row]! + accessSustainedDays)
      )
      if (reports.length === 0) return
      if (state[confirmedDay] === 0 && day - state[accessLast]! - 1 > bridgedGapDays)
        clearAccess(state)
      state[accessFirst] ||= day
      state[lastTriggerDay] = day
      for (const row of reports) {
        state[accessLast] = Math.max(state[accessLast]!, toDay[row]!)
        accessSources.add(state, incidents.getOrigins(row))
      }
      if (accessSources.count(state) >= accessSourcesMin)
        state[confirmedDay] ||= Math.max(day, besiegedTo)
    }
    return {
      ...base,
      identityDays: parameters.bridgedGapDays,
      outlastsSilence: true,
      family: reportsOfSiege,
      listPlaceNeeds: (incidents, row) =>
        held.read(incidents, row) === 0 ? [] : [{ settlement: true }],
      stateSize: sourceSlots + accessSourcesMin,
      reachDays: 0,
      applyDay(state, view) {
        const { day } = view
        const rows = view.listToday()
        if (state[openedDay] === 0 && held.forgetBefore(state, day - bridgedGapDays - 1)) {
          state.fill(0, escalatorSlots, accessFirst)
          state[lastTriggerDay] = 0
        }
        const isReported = held.note(state, view, rows).length > 0
        if (isReported) state[lastTriggerDay] = day
        noteEscalators(state, view, rows)
        if (state[openedDay] === 0) enter(state, criteriaMin, heldDays)
        if (state[openedDay] === 0) return
        // A report of the siege after one of access: access did not last.
        if (isReported) clearAccess(state)
        else noteAccess(state, view, rows)
      },
      getEndDay: state =>
        state[confirmedDay] === 0 ? never : state[confirmedDay]! + accessSustainedDays,
      listLevelDays(state) {
        const opened = state[openedDay]!
        const firstDays = criteria.map((_, number) => held.getFirstDay(state, number))
        return [
          firstDays.includes(0) ? 0 : Math.max(opened, ...firstDays),
          ...ageDays.map(days => opened + days),
          ...escalators.map(({ slot }) => (state[slot] === 0 ? 0 : Math.max(opened, state[slot]!)))
        ]
      },
      measure: state => ({
        value: held.list(state).length,
        threshold: criteriaMin,
        baseline: null
      }),
      listFacts: state => ({ sinceDay: held.findFirstDay(state) }),
      listTriggers(state, view) {
        const { fromDay } = view.incidents.columns
        const isAccess = (row: number) =>
          state[accessFirst] !== 0 && fromDay[row]! >= state[accessFirst]!
        const isSiegeEvent = (row: number) =>
          held.read(view.incidents, row) !== 0 || view.hasAny(row, 0, escalatorTactics)
        return view
          .listRows(held.findFirstDay(state), state[lastTriggerDay]!)
          .filter(row => isSiegeEvent(row) || isAccess(row))
      },
      // One criterion is missing.
      nearShare: (criteriaMin - 1) / criteriaMin,
      assessDays: bridgedGapDays + 1,
      assess: view => held.measure(view, bridgedGapDays + 1, criteriaMin)
    }
  }
})

function noteEscalators(state: State, view: DayView, rows: readonly number[]): void {
  if (held.list(state).length === 0) return
  for (const { tactics, slot } of escalators) {
    if (!rows.some(row => view.hasAny(row, 0, tactics))) continue
    if (state[openedDay] === 0 || state[slot] === 0) state[slot] = view.day
    state[lastTriggerDay] = view.day
  }
}

/** Opens on the first day by which enough criteria have been met together for long enough. */
function enter(state: State, criteriaMin: number, heldDays: number): void {
  const numbers = held.list(state)
  const starts = numbers.map(number => held.getFirstDay(state, number)).sort((a, b) => a - b)
  const start = starts.find(day => {
    const isLongEnough = (number: number) =>
      held.getFirstDay(state, number) <= day && held.getLastDay(state, number) + 1 >= day + heldDays
    return numbers.filter(isLongEnough).length >= criteriaMin
  })
  if (start === undefined) return
  const opened = start + heldDays
  state[openedDay] = opened
  held.forgetBefore(state, opened - 1)
  for (const { slot } of escalators) if (state[slot]! < held.findFirstDay(state)) state[slot] = 0
}
