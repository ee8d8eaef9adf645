// The parameters of a silence.

import type { ParameterTable } from '../../detection/pattern.ts'

export interface SourceSilenceParameters {
  readonly chance: number
  readonly rateWeeks: number
  readonly reportsMin: number
  readonly knownDays: number
  readonly silenceDaysMin: number
  readonly escalateFactor: number
}

export const silenceParameters: ParameterTable<SourceSilenceParameters> = {
  chance: {
    default: 0.01,
    unit: 'probability',
    meaning:
      'probability of a silence that long if nothing had changed: T where e^(−λT) equals this',
    source: 'patterns.md#reporting-blackout',
    min: 1e-6,
    max: 0.5
  },
  rateWeeks: {
    default: 26,
    unit: 'weeks',
    meaning: 'period of the usual rate λ',
    source: 'our choice'
  },
  reportsMin: {
    default: 5,
    unit: 'reports',
    meaning: 'reports in that period needed for a rate',
    source: 'our choice'
  },
  knownDays: {
    default: 28,
    unit: 'days',
    meaning: 'how long the source must have been known',
    source: 'our choice'
  },
  silenceDaysMin: {
    default: 3,
    unit: 'days',
    meaning: 'minimum silence: dates are precise to the day',
    source: 'our choice'
  },
  escalateFactor: {
    default: 3,
    unit: 'times',
    meaning: 'multiple of T at which it escalates',
    source: 'patterns.md#reporting-blackout',
    min: 1
  }
}
