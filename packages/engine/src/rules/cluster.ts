// Cluster: attacks so close together in space and time that chance seldom brings as many, at the
// usual rates of the place. It is calibrated: the budget is the number of false alarms a year.

import { attackMask } from '../data/vocabulary.ts'
import { formatCell } from './cells.ts'
import { defineParameters, defineRule, type ParameterValues } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { isPreciseAttack, readPlaceName } from './place-of-incident.ts'
import type { RuleName } from './rule-base.ts'
import type { ScanRule } from './scan-rule.ts'
import { baseDays, warmingDays, windowDays } from './significance/method.ts'

/** The precision of a district. */
const pointKm = 50
/** Days from the first to the last of an interval that can be used. */
const longestDays = 2

/** False alarms a year; see patterns.md#cluster for other theatres. */
export const defaultBudget = 8
export const budgetLimits = { min: 0.1, max: 52 }

const parameters = defineParameters('patterns.md#cluster', {
  budget: [defaultBudget, 'alerts a year', 'false alarms that the theatre allows', budgetLimits]
})

const atDiosso = { settlement: 'Diosso', admin1: 'ML-4', lat: 14, lon: -5 }
const nearDiosso = { ...atDiosso, lat: 14.05, lon: -5.05 }
const threeAttacks = [
  reportOn('2025-03-01', 'attack', atDiosso),
  reportOn('2025-03-06', 'ambush', nearDiosso),
  reportOn('2025-03-10', 'attack', atDiosso)
]

export const cluster = defineRule({
  id: 'cluster',
  handbook: {
    says: 'Attacks so close together in space and time that chance seldom brings as many, at the usual rates of the place.',
    levels:
      'The attacks since people were last notified are rare enough by themselves; it is rarer than once in 90 days for the first time. Severity follows the recurrence interval.',
    ends: 'Four weeks without an attack that is rare enough.',
    comesBack: 'Only its own reports, or a correction that makes them rarer.'
  },
  severities: ['minor', 'moderate', 'severe', 'extreme'],
  pagesFrom: 'moderate',
  parameters,
  examples: [
    makeExample(
      'three attacks in ten days where none are usual',
      threeAttacks,
      expectOpen('2025-03-12', { near: 'Diosso' })
    ),
    makeExample(
      'four weeks without another attack end it',
      threeAttacks,
      expectEnded('2025-04-12', { near: 'Diosso' })
    ),
    makeExample(
      'attacks three weeks apart are no cluster',
      [
        reportOn('2025-03-01', 'attack', atDiosso),
        reportOn('2025-03-22', 'attack', nearDiosso),
        reportOn('2025-04-12', 'attack', atDiosso)
      ],
      expectNone('2025-04-13')
    )
  ],
  texts: {
    en: {
      headline: '{value} attacks[ in {spanDays} {spanDays:day|days}] near {area}',
      why: '{value} attacks within {radiusKm} km in {spanDays} {spanDays:day|days}; usual there is one in {usualYears}. As rare as this by chance once in {chanceYears} in this theatre, if attacks come at their usual rates and do not cause each other. The theatre allows {budget} false alarms a year.',
      ends: '{holdDays} days without an attack that is rare enough',
      measure: 'attacks, against those usual there',
      levels: ['formed', 'rare again since the last notice', 'rarer than once in 90 days']
    },
    fr: {
      headline: '{value} attaques[ en {spanDays} {spanDays:jour|jours}] près de {area}',
      why: '{value} attaques à moins de {radiusKm} km en {spanDays} {spanDays:jour|jours} ; d’habitude, il y en a une en {usualYears}. Aussi rare par hasard qu’une fois en {chanceYears} sur ce théâtre, si les attaques viennent à leur rythme habituel et ne se provoquent pas. Le théâtre admet {budget} fausses alertes par an.',
      ends: '{holdDays} jours sans attaque assez rare',
      measure: 'attaques, par rapport à l’habitude',
      levels: [
        'formation',
        'de nouveau rare depuis le dernier avis',
        'plus rare qu’une fois en 90 jours'
      ]
    }
  },
  // What comes on top of the base is within the days that stay beyond retention.
  looksBack: () => ({ 'the usual rates': baseDays }),
  make: ({ budget }: ParameterValues<typeof parameters>, base: RuleName): ScanRule => ({
    ...base,
    budget,
    // A situation may begin with the first attack of a window.
    warmUpDays: warmingDays - windowDays + 1,
    pointKm,
    includes: (incidents, row) => isPreciseAttack(incidents, row, pointKm, longestDays + 1),
    listPlaceNeeds: (incidents, row) =>
      (incidents.columns.category[row]! & attackMask) === 0 ? [] : [{ withinKm: pointKm }],
    readGroup: (incidents, row) => ({
      cell: formatCell(incidents, row),
      near: readPlaceName(incidents, row)
    })
  })
})
