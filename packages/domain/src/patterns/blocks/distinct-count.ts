// Building block: a number of different areas, settlements, actors and so on in a window.

import type { MachinePattern, Parameter, ParameterFault } from '../../detection/pattern.ts'
import { type Incident, independentOrigins } from '../../incident/incident.ts'
import { normalName } from '../../predicate/incident-variables.ts'
import { reachParameter } from '../episode/reach-parameter.ts'
import type { BlockMeasure, BlockParameters } from './block-finding.ts'
import {
  blockScopes,
  blockSettlement,
  findBlockReach,
  groupByParameter,
  groupFaults,
  placesInScope
} from './block-groups.ts'
import { blockMachine } from './block-machine.ts'
import { comesBackWithItsSettlement, eachOfLevels, fallsBelowLeave } from './block-words.ts'
import { windowFaults, windowLookBack, windowParameters, windowWords } from './event-window.ts'
import { thresholdFaults, thresholdParameters } from './threshold-parameters.ts'

/** The fields that can be counted, with their plural. */
const fieldWords: Readonly<Record<string, string>> = {
  admin1: 'areas',
  settlement: 'settlements',
  country: 'countries',
  actor: 'actors',
  category: 'kinds of incident',
  target: 'kinds of target',
  tactic: 'tactics',
  source: 'sources'
}

interface DistinctParameters extends BlockParameters {
  readonly field: string
}

const field: Parameter<string> = {
  default: 'admin1',
  unit: 'field',
  meaning: `what is counted: ${Object.keys(fieldWords).join(', ')}`,
  source: 'patterns.md#building-blocks'
}

/** Exported for the comparison with the fold of the first engine. */
export const distinctMeasure: BlockMeasure<DistinctParameters> = {
  parametersOf: parameters => parameters,
  amountOf: (incident, scope, parameters) => [...new Set(textsOf(incident, scope, parameters))],
  placesOf: (incident, scope, { field, groupBy }) =>
    field === 'settlement' ? placesInScope(incident, scope, groupBy) : undefined,
  words: (value, parameters) =>
    value === 1 ? `1 ${oneOf(parameters)}` : `${value} different ${wordOf(parameters)}`,
  name: parameters => `different ${wordOf(parameters)} ${windowWords(parameters)}`,
  windowWords
}

export const distinctCount: MachinePattern<DistinctParameters> = {
  id: 'distinct-count',
  words: {
    says: 'A number of different values of `field` within a window, per group.',
    levels: eachOfLevels,
    ends: fallsBelowLeave,
    ...comesBackWithItsSettlement
  },
  parameters: {
    groupBy: groupByParameter,
    reachKm: reachParameter,
    field,
    ...windowParameters,
    ...thresholdParameters
  },
  examples: [
    {
      name: 'three different areas within two weeks',
      given: [
        { at: '2025-03-01', category: 'attack', admin1: 'ML-5' },
        { at: '2025-03-05', category: 'attack', admin1: 'ML-2' },
        { at: '2025-03-09', category: 'attack', admin1: 'ML-4' }
      ],
      horizon: '2025-03-10',
      expect: [{ group: { theatre: 'all' }, level: 1, open: true }]
    },
    {
      name: 'one area counts once, however often it is hit',
      given: [
        { at: '2025-03-01', category: 'attack', admin1: 'ML-5' },
        { at: '2025-03-05', category: 'attack', admin1: 'ML-5' },
        { at: '2025-03-09', category: 'attack', admin1: 'ML-5' }
      ],
      horizon: '2025-03-10',
      expect: []
    }
  ],
  looksBack: windowLookBack,
  findReach: findBlockReach(windowLookBack),
  faultsOf: p => [...groupFaults(p), ...fieldFaults(p), ...windowFaults(p), ...thresholdFaults(p)],
  scopesOf: (incident, { groupBy }) => blockScopes(incident, groupBy),
  settlementOf: blockSettlement,
  ...blockMachine(distinctMeasure)
}

function textsOf(
  incident: Incident,
  scope: string,
  { field, groupBy }: DistinctParameters
): readonly string[] {
  const places = placesInScope(incident, scope, groupBy)
  const known = (texts: readonly (string | null)[]) =>
    texts.filter(text => text !== null && text !== '') as string[]
  switch (field) {
    case 'admin1':
      return known(places.map(place => (place.areaCertain ? place.admin1 : null)))
    case 'settlement':
      return known(places.map(place => place.settlement))
    case 'country':
      return known(places.map(place => place.country))
    case 'actor':
      return known(
        incident.actors.map(({ name, role }) => (role === 'perpetrator' ? normalName(name) : null))
      )
    case 'category':
      return [incident.category]
    case 'target':
      return incident.targets
    case 'tactic':
      return incident.tactics
    case 'source':
      return independentOrigins(incident.witnesses)
    default:
      return []
  }
}

function oneOf(parameters: DistinctParameters): string {
  return wordOf(parameters)
    .replace(/^kinds/, 'kind')
    .replace(/ies$/, 'y')
    .replace(/s$/, '')
}

function wordOf({ field }: DistinctParameters): string {
  return fieldWords[field] ?? field
}

function fieldFaults({ field }: DistinctParameters): readonly ParameterFault[] {
  return field in fieldWords
    ? []
    : [{ path: ['field'], detail: `must be one of ${Object.keys(fieldWords).join(', ')}` }]
}
