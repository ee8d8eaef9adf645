// Building block: kinds of incident that come one after another within a number of days, with absence
// between them or at the end. An absence counts once all live sources have reported later, and never
// during our own downtime. A day is one step: the order of its incidents decides nothing.

import { never } from '../data/time.ts'
import {
  groupParameters,
  makeBlockFamily,
  nameGroup,
  blockSource as source
} from './block-groups.ts'
import type { DayView } from './day-view.ts'
import {
  defineParameters,
  defineRule,
  type LookBack,
  type ParameterFault,
  type ParameterValues
} from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample } from './examples.ts'
import { hasUsableGrade, isCountedInArea } from './families.ts'
import { comesBackWithItsSettlement } from './handbook.ts'
import { checkedDay, type DayRule, firstSlot, openedDay, type State } from './rule.ts'
import { findStepFaults, StepPredicates, stepsMax } from './step-predicates.ts'

/** Of the sequence that opens the episode: the days of its first and last incident. */
const firstStepDay = firstSlot
const lastStepDay = firstSlot + 1
/** The last day on which a sequence is complete, and the last such day that has passed. */
const completeDay = firstSlot + 2
const passedDay = firstSlot + 3
/**
 * Of each number of steps: the first day of the sequence that began last. Then of each step until
 * when what must not follow it has been there.
 */
const begunSlot = firstSlot + 4

const usualSteps: readonly SequenceStep[] = [
  'category == "threat"',
  { absent: 'category == "access-restored"' },
  'category == "attack"'
]

const parameters = {
  ...groupParameters,
  ...defineParameters(source, {
    steps: [
      usualSteps,
      'steps',
      `predicates of incidents in their order, at most ${stepsMax}; {"absent": predicate} for what must not come before the next step, with "days" at the end`,
      { itemFaults: findShapeFaults }
    ],
    withinDays: [
      60,
      'days',
      'maximum time from the beginning of the first incident to that of the last; an absence at the end may extend beyond it',
      { min: 1 }
    ],
    holdDays: [30, 'days', 'how long it stays open; a further sequence prolongs it', { min: 1 }]
  })
}
type SequenceParameters = ParameterValues<typeof parameters>

const inDioura = (at: string, category: 'threat' | 'attack' | 'access-restored') => ({
  at,
  category,
  settlement: 'Dioura',
  admin1: 'ML-5'
})
const threatAndAttack = [inDioura('2025-03-01', 'threat'), inDioura('2025-03-12', 'attack')]

export const sequence = defineRule({
  id: 'sequence',
  handbook: {
    says: 'Incidents that fulfil `steps` one after another, and what must not come between them or at the end.',
    levels: 'None.',
    ends: '`holdDays` after it was last complete.',
    comesBack: comesBackWithItsSettlement
  },
  parameters,
  examples: [
    makeExample(
      'a threat, then an attack, and no access between them',
      threatAndAttack,
      expectOpen('2025-03-13', { theatre: 'all' })
    ),
    makeExample(
      'it ends a month after it was complete',
      threatAndAttack,
      expectEnded('2025-04-12', { theatre: 'all' })
    ),
    makeExample(
      'access between them breaks it',
      [threatAndAttack[0]!, inDioura('2025-03-05', 'access-restored'), threatAndAttack[1]!],
      expectNone('2025-03-13')
    ),
    makeExample(
      'an absence of which not all sources have reported later does not count yet',
      threatAndAttack,
      expectNone('2025-03-11')
    )
  ],
  texts: ({ groupBy }) => ({
    en: {
      headline: `${nameGroup(groupBy)}: sequence of {value} {value:step|steps}[ since {from}]`,
      why: '{value} of {threshold} steps reported in the required order, from {from} to {lastStepDay}. Limit: {withinDays} days. What must be absent was not reported.',
      ends: '{holdDays} days after it was last complete',
      measure: 'steps reported'
    },
    fr: {
      headline: `${nameGroup(groupBy)} : suite de {value} {value:étape|étapes}[ depuis le {from}]`,
      why: '{value} étapes sur {threshold} signalées dans l’ordre requis, du {from} au {lastStepDay}. Limite : {withinDays} jours. Ce qui doit être absent n’a pas été signalé.',
      ends: '{holdDays} jours après la dernière suite complète',
      measure: 'étapes signalées'
    }
  }),
  looksBack: ({ steps: written, withinDays, holdDays }): LookBack => {
    const lastDays = readLastDays(written, withinDays)
    return {
      withinDays,
      ...(lastDays === null ? {} : { 'absence at the end': lastDays }),
      holdDays
    }
  },
  faultsOf: stated => findSequenceFaults(stated.steps),
  make(stated, base): DayRule {
    const { withinDays, holdDays } = stated
    const plan = makeSequencePlan(stated.steps, withinDays)
    const { length } = plan.comes
    const hasAbsence = plan.absent.some(bits => bits !== 0)
    const law = new SequenceLaw(plan, stated)
    return {
      ...base,
      failures: plan.predicates.failures,
      // An uncertain area keeps an incident from being a step, not from breaking a sequence.
      family: {
        ...makeBlockFamily(stated, plan.predicates.getMark),
        isCounted: hasUsableGrade
      },
      stateSize: begunSlot + 2 * length,
      lastingSlots: [begunSlot, 2 * length],
      // An open sequence names its incidents.
      reachDays: withinDays + (plan.lastDays ?? 0) + holdDays,
      applyDay: (state, view) => law.applyDay(state, view),
      ...(hasAbsence && { confirm: (state, view) => law.confirm(state, view) }),
      getEndDay: state => state[completeDay]! + holdDays,
      listLevelDays: () => [],
      measure: () => ({ value: length, threshold: length, baseline: null }),
      listFacts: state => ({
        firstStepDay: state[firstStepDay]!,
        lastStepDay: state[lastStepDay]!
      }),
      listTriggers: (state, view) =>
        view
          .listRows(state[firstStepDay]!, state[lastStepDay]!)
          .filter(row => (law.readSteps(view, row) & law.comesMask) !== 0)
    }
  }
})

/** A small automaton: the state after a day follows from the state before it and the day's incidents. */
class SequenceLaw {
  readonly #plan: SequencePlan
  readonly #isByArea: boolean
  readonly #withinDays: number
  readonly comesMask: number

  constructor(plan: SequencePlan, { groupBy, withinDays }: SequenceParameters) {
    this.#plan = plan
    this.#isByArea = groupBy === 'admin1'
    this.#withinDays = withinDays
    this.comesMask = plan.comes.reduce((mask, bit) => mask | bit, 0)
  }

  /** Absence is unknown for days without listening. */
  confirm(state: State, view: DayView): number {
    const isFromFirst = this.#plan.absent.slice(0, -1).some(bits => bits !== 0)
    const from = state[isFromFirst ? firstStepDay : lastStepDay]!
    if (view.countUnheardDays(from, state[openedDay]!) > 0) state[openedDay] = never
    return state[openedDay]!
  }

  readSteps(view: DayView, row: number): number {
    const isCertain = !this.#isByArea || isCountedInArea(view.incidents, row, view.scope.baseKey)
    return isCertain ? view.getMark(row) : 0
  }

  /** Steps come before what breaks: on one day either may have been first. */
  applyDay(state: State, view: DayView): void {
    const { absent, lastDays } = this.#plan
    const rows = view.listToday()
    const isPending = state[completeDay]! > view.day
    if (!isPending) state[passedDay] = state[completeDay]!
    this.#clearExpired(state, view.day)
    const bits = rows.reduce((mask, row) => mask | this.readSteps(view, row), 0)
    const { begun, startDay } = this.#takeSteps(state, bits, view.day)
    for (const [i, breakers] of absent.entries()) {
      const breaking = rows.filter(row => (view.getMark(row) & breakers) !== 0)
      if (breaking.length === 0) continue
      if (!begun.has(i)) state[begunSlot + i] = 0
      const ends = breaking.map(row => view.incidents.columns.toDay[row]!)
      const slot = begunSlot + absent.length + i
      state[slot] = Math.max(state[slot]!, ...ends)
      if (i === absent.length - 1 && lastDays !== null && isPending) breakPending(state, view.day)
    }
    if (startDay !== 0) complete(state, startDay, view.day, lastDays ?? 0)
    if (state[openedDay] === 0) state[passedDay] = 0
  }

  /**
   * Takes the last step first, so that a day is never two steps of one sequence. Returns the steps
   * that began here, and the first day of a sequence that is complete but for an absence at its end.
   */
  #takeSteps(
    state: State,
    bits: number,
    day: number
  ): { readonly begun: ReadonlySet<number>; readonly startDay: number } {
    const { comes } = this.#plan
    const begun = new Set<number>()
    for (let i = comes.length - 1; i >= 0; i--) {
      const startDay = i === 0 ? day : state[begunSlot + i - 1]!
      const isHindered = state[begunSlot + comes.length + i]! > day
      if ((bits & comes[i]!) === 0 || startDay === 0 || isHindered) continue
      if (i === comes.length - 1) {
        state.fill(0, begunSlot, begunSlot + comes.length)
        return { begun, startDay }
      }
      if (startDay < state[begunSlot + i]!) continue
      state[begunSlot + i] = startDay
      begun.add(i)
    }
    return { begun, startDay: 0 }
  }

  #clearExpired(state: State, day: number): void {
    const { length } = this.#plan.comes
    for (let i = 0; i < length; i++) {
      if (state[begunSlot + i]! < day - this.#withinDays) state[begunSlot + i] = 0
      if (state[begunSlot + length + i]! <= day) state[begunSlot + length + i] = 0
    }
  }
}

function complete(state: State, startDay: number, day: number, lastDays: number): void {
  if (state[openedDay] === 0) {
    state[openedDay] = day + lastDays
    state[firstStepDay] = startDay
    state[lastStepDay] = day
  }
  state[completeDay] = Math.max(state[completeDay]!, day + lastDays)
}

/** What must be absent at the end has come before the absence was long enough. */
function breakPending(state: State, day: number): void {
  if (state[openedDay]! <= day) state[completeDay] = Math.max(state[openedDay]!, state[passedDay]!)
  else
    for (const slot of [openedDay, checkedDay, firstStepDay, lastStepDay, completeDay])
      state[slot] = 0
}

/**
 * A predicate is an incident that must come. `absent` is what must not come before the next step or,
 * as the last step, for `days`.
 */
type SequenceStep = string | { readonly absent: string; readonly days?: number }

interface SequencePlan {
  readonly predicates: StepPredicates
  /** Bit of each step that must come, in order. */
  readonly comes: readonly number[]
  /** Bits of what must not come between this step and the next, or after the last one; 0 if there is none. */
  readonly absent: readonly number[]
  /** Days of absence at the end; null if the sequence ends with an incident. */
  readonly lastDays: number | null
}

function makeSequencePlan(steps: readonly SequenceStep[], withinDays: number): SequencePlan {
  const comes: number[] = []
  const absent: number[] = []
  for (const [i, step] of steps.slice(0, stepsMax).entries())
    if (typeof step === 'string') {
      comes.push(1 << i)
      absent.push(0)
    } else if (absent.length > 0) absent[absent.length - 1]! |= 1 << i
  return {
    predicates: new StepPredicates(steps.map(getText)),
    comes,
    absent,
    lastDays: readLastDays(steps, withinDays)
  }
}

function readLastDays(steps: readonly SequenceStep[], withinDays: number): number | null {
  const last = steps.at(-1)
  return last === undefined || typeof last === 'string' ? null : (last.days ?? withinDays)
}

function getText(step: SequenceStep): string {
  return typeof step === 'string' ? step : step.absent
}

/** Faults of a value that is not a step; it comes from a file. */
function findShapeFaults(step: unknown): readonly ParameterFault[] {
  const detail = 'must be a predicate, or {"absent": predicate} with "days" above 0 at the end'
  return isStep(step) ? [] : [{ path: [], detail }]
}

function isStep(step: unknown): step is SequenceStep {
  if (typeof step === 'string') return true
  if (typeof step !== 'object' || step === null || Array.isArray(step)) return false
  const { absent, days, ...rest } = step as Record<string, unknown>
  const isDays = days === undefined || (Number.isFinite(days) && (days as number) > 0)
  return typeof absent === 'string' && isDays && Object.keys(rest).length === 0
}

function findSequenceFaults(steps: readonly SequenceStep[]): readonly ParameterFault[] {
  if (steps.length === 0 || steps.length > stepsMax)
    return [{ path: ['steps'], detail: `must be 1 to ${stepsMax} steps` }]
  const faults: ParameterFault[] = []
  if (typeof steps[0] !== 'string') {
    const detail = 'must come, not be absent: absence is counted from a step before it'
    faults.push({ path: ['steps', 0], detail })
  }
  for (const [i, step] of steps.slice(0, -1).entries())
    if (typeof step !== 'string' && step.days !== undefined) {
      const detail = 'is only for an absence at the end; in the middle the next step ends it'
      faults.push({ path: ['steps', i, 'days'], detail })
    }
  if (steps.length === 1)
    faults.push({ path: ['steps'], detail: 'are one step only: a rule of one step is a count' })
  const makePath = (i: number) =>
    typeof steps[i] === 'string' ? ['steps', i] : ['steps', i, 'absent']
  return [...faults, ...findStepFaults(steps.map(getText), makePath)]
}
