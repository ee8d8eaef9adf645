// Signs that a settlement is in the hands of others, as reports give them: seized, rule imposed, forces shut out; and word of its retaking. With the
// parameters that tell these apart.

import type { ParameterTable } from '../../detection/pattern.ts'
import type { Incident } from '../../incident/incident.ts'

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

export const territoryLostParameters: ParameterTable<TerritoryLostParameters> = {
  signsMin: {
    default: 2,
    unit: 'signs',
    meaning: 'of seized, rule imposed, forces shut out; a seizure is enough by itself',
    source
  },
  bridgedGapDays: {
    default: 90,
    unit: 'days',
    meaning: 'gap between reports of signs that is bridged: rule is reported by the season',
    source: 'our choice: no source says how long'
  },
  precisionKm: {
    default: 10,
    unit: 'km',
    meaning: 'a report less sharp than this supports and does not trigger',
    source: 'patterns.md#common-ground'
  },
  ruleTactics: {
    default: ['tax', 'school-closure'],
    unit: 'tactics',
    meaning: 'what shows imposed rule; a closure of schools only where its perpetrator is named',
    source
  },
  shutOutTactics: { default: ['other:forces-shut-out'], unit: 'tactics', meaning: 'what shows that forces are shut out', source },
  retakenTactics: {
    default: ['other:retaken', 'other:territory-regained'],
    unit: 'tactics',
    meaning: 'what says that it was retaken, beside a seizure by another actor',
    source: 'ACLED: government regains territory'
  },
  retakenSourcesMin: { default: 2, unit: 'sources', meaning: 'independent sources that must report the retaking', source }
}

export function signsOf(incident: Incident, parameters: TerritoryLostParameters): Sign[] {
  const { category, tactics } = incident
  const shown: Sign[] = []
  if (category === 'territory-seized') shown.push('seized')
  // Schools also close for want of fuel, or by order of a minister.
  const closed = category === 'school-closure' || tactics.includes('school-closure')
  const closedBySomeone = closed && parameters.ruleTactics.includes('school-closure') && hasPerpetrator(incident)
  const taxed = tactics.some(tactic => tactic !== 'school-closure' && parameters.ruleTactics.includes(tactic))
  if (category === 'imposed-rule' || taxed || closedBySomeone) shown.push('rule imposed')
  if (tactics.some(tactic => parameters.shutOutTactics.includes(tactic))) shown.push('forces shut out')
  return shown
}

function hasPerpetrator(incident: Incident): boolean {
  return incident.actors.some(actor => actor.role === 'perpetrator')
}

export function tellsRetaking(incident: Incident, parameters: TerritoryLostParameters): boolean {
  return incident.tactics.some(tactic => parameters.retakenTactics.includes(tactic))
}
