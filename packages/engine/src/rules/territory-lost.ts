// Territory lost: a settlement is seized, or signs show that others rule it (rule imposed, forces
// shut out). It ends when independent sources report that it was retaken; silence never ends it.

import type { Incidents } from '../data/incidents.ts'
import { never } from '../data/time.ts'
import { flag, makeCategoryMask, makeTacticMask } from '../data/vocabulary.ts'
import type { DayView } from './day-view.ts'
import { defineParameters, defineRule, type ParameterValues } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { bySettlement, hasUsableGrade } from './families.ts'
import { removeDrillBit } from './keys.ts'
import { readActor } from './perpetrators.ts'
import { findPlaceIn } from './place-of-incident.ts'
import { type DayRule, firstSlot, openedDay, type State } from './rule.ts'
import { Signs } from './signs.ts'
import { StateSet } from './state-set.ts'
import { makeTacticTest } from './tactics.ts'

const source = 'patterns.md#territory-lost'

/** Numbers of the signs. */
const [seizure, imposedRule, shutOut] = [0, 1, 2]
const signCount = 3
const seatDay = firstSlot + 2 * signCount
const retakenDay = seatDay + 1
const lastTriggerDay = seatDay + 2
const actorsMax = 8
/** The actors who have it, if reports name them. */
const holders = new StateSet(seatDay + 3, actorsMax)
/** Who has retaken it. They outlast the episode: a later report that names them is no loss. */
const retakerSlots = seatDay + 3 + actorsMax
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
    'signs needed for entry, of seized, rule imposed, forces shut out; a seizure is enough by itself',
    { min: 1, max: 3 }
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
  shutOutTactics: [['other:forces-shut-out'], 'tactics', 'tactics that show forces shut out'],
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
    comesBack: 'The same settlement, within `bridgedGapDays` of its end.'
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
      headline: '{area} lost to others[ since {from}]',
      why: 'Signs reported since {from}, of a seizure, imposed rule and forces shut out: {value}. Holders named: {holders}. Threshold: a seizure, or {signsMin} signs.',
      ends: '{retakenSourcesMin} independent {retakenSourcesMin:source reports|sources report} that it was retaken; silence does not end it',
      measure: 'signs of rule by others',
      levels: ['lost', 'the seat of a district, a region or the state']
    },
    fr: {
      headline: '{area} aux mains d’autres[ depuis le {from}]',
      why: 'Signes rapportés depuis le {from}, parmi prise, autorité imposée et forces exclues : {value}. Tenants nommés : {holders}. Seuil : une prise, ou {signsMin} signes.',
      ends: '{retakenSourcesMin} {retakenSourcesMin:source indépendante rapporte|sources indépendantes rapportent} la reprise ; le silence n’y met pas fin',
      measure: 'signes d’une autorité imposée',
      levels: ['perdu', 'chef-lieu de district, de région ou capitale']
    }
  },
  looksBack: ({ bridgedGapDays }) => ({ bridgedGapDays }),
  make(parameters, base): DayRule {
    const { signsMin, bridgedGapDays, precisionKm, retakenSourcesMin } = parameters
    const signs = new Signs(firstSlot, signCount, makeSignReader(parameters))
    const isRetaken = makeTacticTest(parameters.retakenTactics)
    const retakingSources = new StateSet(sourceSlots, retakenSourcesMin)
    /** True if the settlement is a seat, as one of the rows names it. */
    const noteSigns = (state: State, view: DayView, rows: readonly number[]) => {
      const { incidents, day, scope } = view
      const shown = signs.note(state, view, rows)
      if (shown.length > 0) state[lastTriggerDay] = day
      for (const row of shown) holders.add(state, incidents.getActors(row))
      return shown.some(row => (findPlaceIn(incidents, row, scope.value)!.flags & flag.seat) !== 0)
    }
    return {
      ...base,
      identityDays: parameters.bridgedGapDays,
      outlastsSilence: true,
      family: {
        id: 'reports of control by settlement',
        categories: ~0,
        includes: (incidents, row) => signs.read(incidents, row) !== 0 || isRetaken(incidents, row),
        sums: 'none',
        isCounted(incidents, row, key) {
          const place = findPlaceIn(incidents, row, removeDrillBit(key))
          return hasUsableGrade(incidents, row) && place !== undefined && place.km <= precisionKm
        },
        ...bySettlement
      },
      listPlaceNeeds: (incidents, row) =>
        signs.read(incidents, row) === 0 ? [] : [{ settlement: true, withinKm: precisionKm }],
      stateSize: sourceSlots + retakenSourcesMin,
      lastingSlots: [retakerSlots, actorsMax],
      reachDays: 0,
      applyDay(state, view) {
        const { incidents, day } = view
        const rows = view.listToday()
        if (state[openedDay] === 0) {
          if (signs.forgetBefore(state, day - bridgedGapDays - 1)) {
            state[lastTriggerDay] = 0
            holders.clear(state)
          }
          const isByRetakers = (row: number) =>
            incidents.getActors(row).some(actor => retakers.has(state, actor))
          const losses = rows.filter(row => !isByRetakers(row))
          const isSeat = noteSigns(state, view, losses)
          const isSeized = signs.getFirstDay(state, seizure) !== 0
          if (!isSeized && signs.list(state).length < signsMin) return
          state[openedDay] = day
          retakers.clear(state)
          if (isSeat) state[seatDay] = day
          return
        }
        const retakings = rows.filter(
          row => isRetaken(incidents, row) || isSeizedByOthers(state, incidents, row)
        )
        const others = rows.filter(row => !retakings.includes(row))
        if (others.some(row => signs.read(incidents, row) !== 0)) {
          retakers.clear(state)
          retakingSources.clear(state)
          if (noteSigns(state, view, others)) state[seatDay] ||= day
          return
        }
        for (const row of retakings) {
          state[lastTriggerDay] = day
          retakers.add(state, incidents.getActors(row))
          retakingSources.add(state, incidents.getOrigins(row))
        }
        if (retakingSources.count(state) >= retakenSourcesMin) state[retakenDay] ||= day
      },
      getEndDay: state => state[retakenDay]! || never,
      listLevelDays: state => [state[seatDay]!],
      measure: state => ({
        value: signs.list(state).length,
        threshold: signs.getFirstDay(state, seizure) === 0 ? signsMin : 1,
        baseline: null
      }),
      listFacts(state, { incidents }) {
        const names = holders.list(state).map(actor => readActor(incidents, actor))
        return { sinceDay: signs.findFirstDay(state), holders: names.sort().join(', ') }
      },
      listTriggers: (state, view) =>
        view.listRows(signs.findFirstDay(state), state[lastTriggerDay]!),
      assessDays: bridgedGapDays + 1,
      assess: view => signs.measure(view, bridgedGapDays + 1, signsMin)
    }
  }
})

/** Reads the signs that an incident shows; none if it reports a retaking. */
function makeSignReader({
  ruleTactics,
  shutOutTactics,
  retakenTactics
}: TerritoryLostParameters): Signs['read'] {
  const isTaxed = makeTacticTest(ruleTactics.filter(tactic => tactic !== schoolClosure))
  const isShutOut = makeTacticTest(shutOutTactics)
  const isRetaken = makeTacticTest(retakenTactics)
  // Schools also close for lack of fuel, or by order of a ministry.
  const countsClosures = ruleTactics.includes(schoolClosure)
  return (incidents, row) => {
    const { columns } = incidents
    const category = columns.category[row]!
    const isClosed = (category & closed) !== 0 || (columns.tactics[row]! & closureTactic) !== 0
    const isClosedBySomebody = countsClosures && isClosed && incidents.getActors(row).length > 0
    let bits = 0
    if ((category & seized) !== 0) bits |= 1 << seizure
    if ((category & ruled) !== 0 || isTaxed(incidents, row) || isClosedBySomebody)
      bits |= 1 << imposedRule
    if (isShutOut(incidents, row)) bits |= 1 << shutOut
    return bits !== 0 && isRetaken(incidents, row) ? 0 : bits
  }
}

/** True for a seizure by others than its known holders. */
function isSeizedByOthers(state: State, incidents: Incidents, row: number): boolean {
  const known = holders.list(state)
  const seizers = incidents.getActors(row)
  const areBothNamed = seizers.length > 0 && known.length > 0
  const isSeized = (incidents.columns.category[row]! & seized) !== 0
  return isSeized && areBothNamed && seizers.every(actor => !known.includes(actor))
}
