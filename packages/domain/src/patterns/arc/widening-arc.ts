// Widening arc: within a week attacks hit areas far apart, one of which had been quiet for a month,
// and the reach has grown compared with the week before. One episode at a time within reach.

import { buildReach, type LookBack, type MachinePattern } from '../../detection/pattern.ts'
import { attackCategories } from '../../report/report.ts'
import { comesBackWithItsReports } from '../episode/catalogue-words.ts'
import { ArcMachine } from './arc-machine.ts'
import { type WideningArcParameters, wideningArcParameters } from './arc-parameters.ts'
import { wideningArcExamples } from './widening-arc-examples.ts'

export const wideningArc: MachinePattern<WideningArcParameters> = {
  id: 'widening-arc',
  words: {
    says: 'Attacks reach places that were quiet: more areas within days, or places far apart.',
    levels: '`escalateAreas` areas; each further country.',
    ends: 'The spread has been gone for `leaveDays`.',
    ...comesBackWithItsReports
  },
  parameters: wideningArcParameters,
  examples: wideningArcExamples,
  pastDays: ({ windowDays, quietDays }) => windowDays + Math.max(windowDays, quietDays),
  looksBack,
  findReach: (_, terms) => buildReach(terms.reachKm, looksBack(terms)),
  placeNeeds: ({ category }, { placesApartKm }) =>
    attackCategories.has(category) ? [{ area: true }, { withinKm: placesApartKm }] : [],
  scopesOf: incident =>
    attackCategories.has(incident.category) ? [incident.drill ? 'drill' : 'theatre'] : [],
  machine: ground => new ArcMachine(ground)
}

/** It has grown beside the window before, and one of its places was quiet. */
function looksBack({ windowDays, quietDays, leaveDays }: WideningArcParameters): LookBack {
  return {
    ...(quietDays > windowDays ? { quietDays } : { 'windowDays of the window before': windowDays }),
    windowDays,
    leaveDays
  }
}
