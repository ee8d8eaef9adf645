// The parameters of a widening arc.

import type { ParameterTable } from '../../detection/pattern.ts'
import { reachParameter } from '../episode/reach-parameter.ts'

const source = 'patterns.md#widening-arc'

export interface WideningArcParameters {
  readonly windowDays: number
  readonly areasMin: number
  readonly placesMin: number
  readonly placesApartKm: number
  readonly placesAreasMin: number
  readonly quietDays: number
  readonly growthFactor: number
  readonly escalateAreas: number
  readonly leaveDays: number
  readonly reachKm: number
}

export const wideningArcParameters: ParameterTable<WideningArcParameters> = {
  windowDays: { default: 7, unit: 'days', meaning: 'the window', source },
  areasMin: {
    default: 3,
    unit: 'admin1',
    meaning: 'areas hit in the window, needed for entry',
    source
  },
  placesMin: {
    default: 3,
    unit: 'places',
    meaning: 'or places far apart, needed for entry',
    source
  },
  placesApartKm: {
    default: 100,
    unit: 'km',
    meaning: 'minimum distance between any two of those places',
    source
  },
  placesAreasMin: {
    default: 2,
    unit: 'admin1',
    meaning: 'minimum number of areas in which those places lie',
    source
  },
  quietDays: {
    default: 28,
    unit: 'days',
    meaning: 'at least one area or place was not hit for this long before',
    source
  },
  growthFactor: {
    default: 1.5,
    unit: 'ratio',
    meaning: 'growth of the hull or the greatest distance over the window before',
    source
  },
  escalateAreas: { default: 6, unit: 'admin1', meaning: 'areas at which it escalates', source },
  leaveDays: {
    default: 14,
    unit: 'days',
    meaning: 'how long the spread must be gone to end it',
    source
  },
  reachKm: reachParameter
}
