// The parameters of entry, levels and leave that building blocks share.

import {
  numberFaults,
  numbersMax,
  type Parameter,
  type ParameterFault
} from '../../detection/pattern.ts'
import type { BlockParameters } from './block-finding.ts'

const source = 'patterns.md#building-blocks'

type Thresholds = Pick<BlockParameters, 'threshold' | 'leave' | 'levels'>

export const thresholdParameters: { readonly [K in keyof Thresholds]: Parameter<Thresholds[K]> } = {
  threshold: { default: 3, unit: 'count', meaning: 'measure at which it enters', source, min: 1 },
  leave: {
    default: 0,
    unit: 'count',
    meaning:
      'measure below which it ends; 0 stands for the threshold; ignored for sessions, which end by their gap',
    source
  },
  levels: {
    default: [],
    unit: 'count',
    meaning: `measures of level 2, 3, …, each greater than the one before; ${numbersMax} at most`,
    source,
    itemFaults: numberFaults
  }
}

export function thresholdFaults({
  threshold,
  leave,
  levels
}: Thresholds): readonly ParameterFault[] {
  const steps = [threshold, ...levels]
  const rising = levels.flatMap((level, i): ParameterFault[] =>
    typeof level === 'number' && level > (steps[i] as number)
      ? []
      : [{ path: ['levels', i], detail: `must be a number greater than ${steps[i]}` }]
  )
  const left: ParameterFault[] =
    leave > threshold
      ? [
          {
            path: ['leave'],
            detail: 'must not be greater than the threshold: it would leave at once'
          }
        ]
      : []
  return [...rising, ...left]
}
