// Coordinated attack: one actor hits sites far apart within a day, more than its usual rate
// explains. Only dates known to the day count.

import { buildReach, type LookBack, type MachinePattern } from '../../detection/pattern.ts'
import { attackCategories } from '../../report/report.ts'
import { comesBackWithItsReports } from '../episode/catalogue-words.ts'
import { genericActorsParameter, namedPerpetrators } from '../episode/named-perpetrators.ts'
import { reachParameter } from '../episode/reach-parameter.ts'
import { coordinatedAttackExamples } from './coordinated-attack-examples.ts'
import { CoordinatedMachine } from './coordinated-machine.ts'

const source = 'patterns.md#coordinated-attack'

export interface CoordinatedAttackParameters {
  readonly windowHours: number
  readonly sitesMin: number
  readonly apartKm: number
  readonly alpha: number
  readonly rateDays: number
  readonly escalateSites: number
  readonly leaveHours: number
  readonly genericActors: readonly string[]
  readonly reachKm: number
}

export const coordinatedAttack: MachinePattern<CoordinatedAttackParameters> = {
  id: 'coordinated-attack',
  words: {
    says: 'One actor hits places far apart on one day, more than its usual rate explains by chance.',
    levels: '`escalateSites` sites; the capital among them.',
    ends: '`leaveHours` without another attack.',
    ...comesBackWithItsReports
  },
  parameters: {
    windowHours: { default: 24, unit: 'hours', meaning: 'the window', source, min: 1, max: 168 },
    sitesMin: {
      default: 3,
      unit: 'sites',
      meaning: 'sites needed for entry',
      source,
      min: 2,
      max: 20
    },
    apartKm: { default: 30, unit: 'km', meaning: 'minimum distance between any two sites', source },
    alpha: {
      default: 0.01,
      unit: 'probability',
      meaning: "maximum probability that so many in one window are chance, at the actor's own rate",
      source
    },
    rateDays: {
      default: 364,
      unit: 'days',
      meaning: 'period of this rate',
      source: 'as patterns.md#new-actor',
      min: 7,
      max: 3660
    },
    escalateSites: {
      default: 5,
      unit: 'sites',
      meaning: 'sites at which it escalates',
      source,
      min: 2,
      max: 20
    },
    leaveHours: {
      default: 72,
      unit: 'hours',
      meaning: 'time without another attack that ends it',
      source,
      min: 1
    },
    genericActors: genericActorsParameter,
    reachKm: reachParameter
  },
  examples: coordinatedAttackExamples,
  baselineDays: parameters => parameters.rateDays,
  looksBack,
  findReach: (_, terms) => buildReach(terms.reachKm, looksBack(terms)),
  placeNeeds: (incident, { apartKm, genericActors }) =>
    attackCategories.has(incident.category) && namedPerpetrators(incident, genericActors).length > 0
      ? [{ withinKm: apartKm }]
      : [],
  scopesOf: (incident, { genericActors }) =>
    attackCategories.has(incident.category)
      ? namedPerpetrators(incident, genericActors).map(({ key }) =>
          incident.drill ? `drill/${key}` : `actor/${key}`
        )
      : [],
  hasNoNearMisses: true,
  machine: ground => new CoordinatedMachine(ground)
}

function looksBack({ rateDays, windowHours, leaveHours }: CoordinatedAttackParameters): LookBack {
  return { rateDays, windowHours: windowHours / 24, leaveHours: leaveHours / 24 }
}
