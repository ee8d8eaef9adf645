// Signs that a settlement is held by others, as reports give them: seized, rule imposed, forces
// shut out; and reports of its retaking. With the parameters for these.

import type { ParameterTable } from '../../detection/pattern.ts'
import type { Incident } from '../../incident/incident.ts'
import type { Category } from '../../report/report.ts'

const source = 'patterns.md#territory-lost'

export interface TerritoryLostParameters {
  readonly signsMin: number
  readonly bridgedGapDays: number
  readonly precisionKm: number
  readonly ruleTactics: readonly string[]
  readonly shutOutTactics: readonly string[]
  readonly retakenTactics: readonly string[]
  readonly retakenSourcesMin: number
}

export const signs = ['seized', 'rule imposed', 'forces shut out'] as const
export type Sign = (typeof signs)[number]

const noSigns: readonly Sign[] = []
/** Those that show a sign without any tactic. */
const signCategories: ReadonlySet<Category> = new Set([
  'territory-seized',
  'imposed-rule',
  'school-closure'
])

export const territoryLostParameters: ParameterTable<TerritoryLostParameters> = {
  signsMin: {
    default: 2,
    unit: 'signs',
    meaning:
      'signs needed for entry, of seized, rule imposed, forces shut out; a seizure is enough by itself',
    source
  },
  bridgedGapDays: {
    default: 90,
    unit: 'days',
    meaning: 'maximum gap between reports of signs: rule by others is reported rarely',
    source: 'our choice: no source says how long'
  },
  precisionKm: {
    default: 10,
    unit: 'km',
    meaning: 'a report less precise than this only supports',
    source: 'patterns.md#common-ground'
  },
  ruleTactics: {
    default: ['tax', 'school-closure'],
    unit: 'tactics',
    meaning:
      'tactics that show imposed rule; a closure of schools only if its perpetrator is named',
    source
  },
  shutOutTactics: {
    default: ['other:forces-shut-out'],
    unit: 'tactics',
    meaning: 'tactics that show that forces are shut out',
    source
  },
  retakenTactics: {
    default: ['other:retaken', 'other:territory-regained'],
    unit: 'tactics',
    meaning: 'tactics that report a retaking, besides a seizure by another actor',
    source: 'ACLED: government regains territory'
  },
  retakenSourcesMin: {
    default: 2,
    unit: 'sources',
    meaning: 'independent sources that must report the retaking',
    source
  }
}

export function signsOf(incident: Incident, parameters: TerritoryLostParameters): readonly Sign[] {
  const { category, tactics } = incident
  if (tactics.length === 0 && !signCategories.has(category)) return noSigns
  const shown: Sign[] = []
  if (category === 'territory-seized') shown.push('seized')
  // Schools also close for lack of fuel, or by order of a ministry.
  const closed = category === 'school-closure' || tactics.includes('school-closure')
  const closedBySomeone =
    closed && parameters.ruleTactics.includes('school-closure') && hasPerpetrator(incident)
  const taxed = tactics.some(
    tactic => tactic !== 'school-closure' && parameters.ruleTactics.includes(tactic)
  )
  if (category === 'imposed-rule' || taxed || closedBySomeone) shown.push('rule imposed')
  if (tactics.some(tactic => parameters.shutOutTactics.includes(tactic)))
    shown.push('forces shut out')
  return shown
}

function hasPerpetrator(incident: Incident): boolean {
  return incident.actors.some(actor => actor.role === 'perpetrator')
}

export function tellsRetaking(incident: Incident, parameters: TerritoryLostParameters): boolean {
  return incident.tactics.some(tactic => parameters.retakenTactics.includes(tactic))
}
