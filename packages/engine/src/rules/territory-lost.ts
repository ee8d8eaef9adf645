// Territory lost: a settlement is seized, or signs show that others rule it (rule imposed, forces
// shut out). It ends when independent sources report that it was retaken; silence never ends it.

import type { Incidents } from '../data/incidents.ts'
import { never } from '../data/time.ts'
import { flag, makeCategoryMask, makeTacticMask } from '../data/vocabulary.ts'
import type { DayView } from './day-view.ts'
import { defineParameters, defineRule, type ParameterValues } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { bySettlement, hasUsableGrade } from './families.ts'
import type { Family } from './family.ts'
import { removeDrillBit } from './keys.ts'
import { readActor } from './perpetrators.ts'
import { findPlaceIn } from './place-of-incident.ts'
import { type DayRule, firstSlot, openedDay, type State } from './rule.ts'
import type { RuleName } from './rule-base.ts'
import { StateSet } from './state-set.ts'
import { type IncidentTest, makeTacticTest } from './tactics.ts'

const source = 'patterns.md#territory-lost'

interface Sign {
  readonly bit: number
  /** Slots of the days between which it was reported. */
  readonly first: number
  readonly last: number
}

const seizure: Sign = { bit: 1, first: firstSlot, last: firstSlot + 1 }
const imposedRule: Sign = { bit: 2, first: firstSlot + 2, last: firstSlot + 3 }
const shutOut: Sign = { bit: 4, first: firstSlot + 4, last: firstSlot + 5 }
const signs = [seizure, imposedRule, shutOut]
const seatDay = firstSlot + 6
const retakenDay = firstSlot + 7
const lastTriggerDay = firstSlot + 8
const actorsMax = 8
/** The actors who have it, if reports name them. */
const holders = new StateSet(firstSlot + 9, actorsMax)
/** Who has retaken it. They outlast the episode: a later report that names them is no loss. */
const retakerSlots = firstSlot + 9 + actorsMax
const retakers = new StateSet(retakerSlots, actorsMax)
const sourceSlots = retakerSlots + actorsMax

const schoolClosure = 'school-closure'
const seized = makeCategoryMask('territory-seized')
const ruled = makeCategoryMask('imposed-rule')
const closed = makeCategoryMask(schoolClosure)
const closureTactic = makeTacticMask([schoolClosure])

const farabougou = { settlement: 'Farabougou', admin1: 'ML-4' }
const djibo = { settlement: 'Djibo', admin1: 'BF-12', country: 'BF', seat: 'admin2' } as const
const villages = { settlement: 'Villages', admin1: 'ML-4', radiusKm: 120 }
const army = { actor: 'Armed Forces of Burkina Faso' }
const regained = { tactics: ['other:territory-regained'] }

const parameters = defineParameters(source, {
  signsMin: [
    2,
    'signs',
    'signs needed for entry, of seized, rule imposed, forces shut out; a seizure is enough by itself'
  ],
  bridgedGapDays: [
    90,
    'days',
    'maximum gap between reports of signs: rule by others is reported rarely',
    { source: 'our choice: no source says how long' }
  ],
  precisionKm: [
    10,
    'km',
    'a report less precise than this only supports',
    { source: 'patterns.md#common-ground' }
  ],
  ruleTactics: [
    ['tax', 'school-closure'],
    'tactics',
    'tactics that show imposed rule; a closure of schools only if its perpetrator is named'
  ],
  shutOutTactics: [
    ['other:forces-shut-out'],
    'tactics',
    'tactics that show that forces are shut out'
  ],
  retakenTactics: [
    ['other:retaken', 'other:territory-regained'],
    'tactics',
    'tactics that report a retaking, besides a seizure by another actor',
    { source: 'ACLED: government regains territory' }
  ],
  retakenSourcesMin: [2, 'sources', 'independent sources that must report the retaking']
})
type TerritoryLostParameters = ParameterValues<typeof parameters>

export const territoryLost = defineRule({
  id: 'territory-lost',
  handbook: {
    says: 'A settlement was seized, or others rule it: they tax, they close schools, forces cannot enter.',
    levels: 'The settlement is the seat of a district, a region or the state.',
    ends: '`retakenSourcesMin` independent sources report that it was retaken. Silence never ends it.',
    comesBack: 'The same settlement, within `bridgedGapDays` of the last report.'
  },
  parameters,
  examples: [
    makeExample(
      'a seizure is a loss, and that of a district capital a more severe one',
      [reportOn('2025-01-01/2025-10-31', 'territory-seized', farabougou, { actor: 'JNIM' })],
      expectOpen('2025-11-20', { settlement: 'Farabougou' })
    ),
    makeExample(
      'imposed rule and forces shut out together are a loss',
      [
        reportOn('2025-03-01', 'imposed-rule', { tactics: ['tax'] }, farabougou),
        reportOn('2025-04-01', 'other', { tactics: ['other:forces-shut-out'] }, farabougou)
      ],
      expectOpen('2025-11-20', { settlement: 'Farabougou' })
    ),
    makeExample(
      'a tax alone is not a loss, nor is a report about villages of a region',
      [
        reportOn('2025-03-01', 'imposed-rule', { tactics: ['tax'] }, farabougou),
        reportOn('2025-03-01', 'imposed-rule', villages, {
          tactics: ['tax', 'other:forces-shut-out']
        })
      ],
      expectNone('2025-11-20')
    ),
    makeExample(
      'the loss of a district capital escalates, and two sources that report a retaking end it',
      [
        reportOn('2025-03-01', 'territory-seized', djibo, { actor: 'JNIM' }),
        reportOn('2025-05-01', 'territory-seized', djibo, army),
        reportOn('2025-05-04', 'clash', regained, djibo, { source: 'b' })
      ],
      expectEnded('2025-06-01', { settlement: 'Djibo' }, 2)
    )
  ],
  texts: {
    en: {
      headline: '{area} lost to others since {sinceDay}',
      why: 'Signs reported since {sinceDay}, of a seizure, imposed rule and forces shut out: {value}. Holders named: {holders}. Threshold: a seizure, or {signsMin} signs.',
      ends: '{retakenSourcesMin} independent {retakenSourcesMin:source reports|sources report} that it was retaken; silence does not end it',
      measure: 'signs of rule by others',
      levels: ['lost', 'the seat of a district, a region or the state']
    },
    fr: {
      headline: '{area} aux mains d’autres depuis le {sinceDay}',
      why: 'Signes rapportés depuis le {sinceDay}, parmi prise, autorité imposée et forces exclues : {value}. Tenants nommés : {holders}. Seuil : une prise, ou {signsMin} signes.',
      ends: '{retakenSourcesMin} {retakenSourcesMin:source indépendante rapporte|sources indépendantes rapportent} la reprise ; le silence n’y met pas fin',
      measure: 'signes d’une autorité imposée',
      levels: ['perdu', 'chef-lieu de district, de région ou capitale']
    }
  },
  looksBack: ({ bridgedGapDays }) => ({ bridgedGapDays }),
  make: makeTerritoryRule
})

function makeTerritoryRule(parameters: TerritoryLostParameters, base: RuleName): DayRule {
  const { signsMin, bridgedGapDays, retakenSourcesMin } = parameters
  const reader = makeReader(parameters)
  const retakingSources = new StateSet(sourceSlots, retakenSourcesMin)
  return {
    ...base,
    isOneAlertPerScope: true,
    outlastsSilence: true,
    family: makeFamily(parameters, reader),
    listPlaceNeeds: (incidents, row) =>
      reader.readSigns(incidents, row) === 0
        ? []
        : [{ settlement: true, withinKm: parameters.precisionKm }],
    stateSize: sourceSlots + retakenSourcesMin,
    lastingSlots: [retakerSlots, actorsMax],
    reachDays: 0,
    applyDay(state, view) {
      const { incidents, day } = view
      const rows = view.listToday()
      if (state[openedDay] === 0) {
        forgetOld(state, day, bridgedGapDays)
        const shown = rows.filter(row => !isByRetakers(state, incidents, row))
        noteSigns(state, view, shown, reader)
        if (state[seizure.first] === 0 && listSeen(state).length < signsMin) return
        state[openedDay] = day
        retakers.clear(state)
        noteSeat(state, view, shown, reader)
        return
      }
      const retakings = rows.filter(row => isRetaking(state, incidents, row, reader))
      const continuing = rows.filter(
        row => reader.readSigns(incidents, row) !== 0 && !retakings.includes(row)
      )
      if (continuing.length > 0) {
        retakers.clear(state)
        retakingSources.clear(state)
        noteSigns(state, view, continuing, reader)
        noteSeat(state, view, continuing, reader)
        return
      }
      for (const row of retakings) {
        state[lastTriggerDay] = day
        retakers.add(state, incidents.actors[row]!)
        retakingSources.add(state, incidents.origins[row]!)
      }
      if (retakingSources.count(state) >= retakenSourcesMin) state[retakenDay] ||= day
    },
    getEndDay: state => state[retakenDay]! || never,
    listLevelDays: state => [state[seatDay]!],
    measure: state => ({
      value: listSeen(state).length,
      threshold: state[seizure.first] === 0 ? signsMin : 1,
      baseline: null
    }),
    listFacts(state, { incidents }) {
      const names = holders.list(state).map(actor => readActor(incidents, actor))
      return { sinceDay: findFirstDay(state), holders: names.sort().join(', ') }
    },
    listTriggers: (state, view) => view.listRows(findFirstDay(state), state[lastTriggerDay]!),
    assessDays: bridgedGapDays + 1,
    assess(view) {
      const rows = view.listOverlapping(view.day - bridgedGapDays - 1, view.day)
      const shown = rows.reduce((bits, row) => bits | reader.readSigns(view.incidents, row), 0)
      const value = signs.filter(({ bit }) => (shown & bit) !== 0).length
      return { value, threshold: signsMin, baseline: null }
    }
  }
}

interface ReportReader {
  /** Bits of the signs that an incident shows; none if it reports a retaking. */
  readonly readSigns: (incidents: Incidents, row: number) => number
  readonly isRetaken: IncidentTest
}

function makeReader({
  ruleTactics,
  shutOutTactics,
  retakenTactics
}: TerritoryLostParameters): ReportReader {
  const isTaxed = makeTacticTest(ruleTactics.filter(tactic => tactic !== schoolClosure))
  const isShutOut = makeTacticTest(shutOutTactics)
  const isRetaken = makeTacticTest(retakenTactics)
  // Schools also close for lack of fuel, or by order of a ministry.
  const isClosedBySomebody: IncidentTest = ({ columns, actors }, row) => {
    const isClosed =
      (columns.category[row]! & closed) !== 0 || (columns.tactics[row]! & closureTactic) !== 0
    return isClosed && ruleTactics.includes(schoolClosure) && actors[row]!.length > 0
  }
  return {
    isRetaken,
    readSigns(incidents, row) {
      const category = incidents.columns.category[row]!
      let bits = 0
      if ((category & seized) !== 0) bits |= seizure.bit
      const isRuled = (category & ruled) !== 0 || isTaxed(incidents, row)
      if (isRuled || isClosedBySomebody(incidents, row)) bits |= imposedRule.bit
      if (isShutOut(incidents, row)) bits |= shutOut.bit
      return bits === 0 || isRetaken(incidents, row) ? 0 : bits
    }
  }
}

function makeFamily(
  { precisionKm }: TerritoryLostParameters,
  { readSigns, isRetaken }: ReportReader
): Family {
  return {
    id: 'reports of control by settlement',
    categories: ~0,
    includes: (incidents, row) => readSigns(incidents, row) !== 0 || isRetaken(incidents, row),
    sums: 'none',
    isCounted(incidents, row, key) {
      const place = findPlaceIn(incidents, row, removeDrillBit(key))
      return hasUsableGrade(incidents, row) && place !== undefined && place.km <= precisionKm
    },
    ...bySettlement
  }
}

function listSeen(state: State): readonly Sign[] {
  return signs.filter(({ first }) => state[first] !== 0)
}

function findFirstDay(state: State): number {
  return Math.min(...listSeen(state).map(({ first }) => state[first]!))
}

/** Before a loss: forgets signs that no report of this day can be bridged to. */
function forgetOld(state: State, day: number, bridgedGapDays: number): void {
  for (const { first, last } of signs)
    if (day - state[last]! - 1 > bridgedGapDays) state[first] = state[last] = 0
  if (listSeen(state).length > 0) return
  state[lastTriggerDay] = 0
  holders.clear(state)
}

function noteSigns(
  state: State,
  { incidents, day }: DayView,
  rows: readonly number[],
  { readSigns }: ReportReader
): void {
  for (const row of rows) {
    const shown = readSigns(incidents, row)
    if (shown === 0) continue
    for (const { bit, first, last } of signs) {
      if ((shown & bit) === 0) continue
      state[first] ||= day
      state[last] = Math.max(state[last]!, incidents.columns.toDay[row]!)
    }
    state[lastTriggerDay] = day
    holders.add(state, incidents.actors[row]!)
  }
}

function noteSeat(
  state: State,
  { incidents, day, scope }: DayView,
  rows: readonly number[],
  { readSigns }: ReportReader
): void {
  const settlement = scope.value
  const isSeat = (row: number) => (findPlaceIn(incidents, row, settlement)!.flags & flag.seat) !== 0
  if (rows.some(row => readSigns(incidents, row) !== 0 && isSeat(row))) state[seatDay] ||= day
}

/** A later report that names a retaker is no loss. */
function isByRetakers(state: State, { actors }: Incidents, row: number): boolean {
  return actors[row]!.some(actor => retakers.has(state, actor))
}

/** True if it is reported as retaken, or as seized by others than its known holders. */
function isRetaking(
  state: State,
  incidents: Incidents,
  row: number,
  { isRetaken }: ReportReader
): boolean {
  if (isRetaken(incidents, row)) return true
  const isSeized = (incidents.columns.category[row]! & seized) !== 0
  const seizers = incidents.actors[row]!
  const known = holders.list(state)
  const areBothNamed = seizers.length > 0 && known.length > 0
  return isSeized && areBothNamed && seizers.every(actor => !known.includes(actor))
}
