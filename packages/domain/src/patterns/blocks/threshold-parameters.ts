// The parameters by which a building block enters, rises and leaves.

import { numberFaults, type Parameter, type ParameterFault } from '../../detection/pattern.ts'
import { type BlockParameters, membersMax } from './window-block.ts'

const source = 'patterns.md#building-blocks'

type Thresholds = Pick<BlockParameters, 'threshold' | 'leave' | 'levels'>

export const thresholdParameters: { readonly [K in keyof Thresholds]: Parameter<Thresholds[K]> } = {
  threshold: { default: 3, unit: 'count', meaning: 'the measure at which it enters', source, min: 1 },
  leave: {
    default: 0,
    unit: 'count',
    meaning: 'it leaves below this; 0 stands for the threshold; of no use for sessions, which end by their gap',
    source
  },
  levels: {
    default: [],
    unit: 'count',
    meaning: 'the measures of level 2, 3, …, each greater than the one before it',
    source,
    itemFaults: numberFaults
  }
}

/** `isCount`: the measure can't be greater than the incidents that a window holds. */
export function thresholdFaults({ threshold, leave, levels }: Thresholds, isCount: boolean): readonly ParameterFault[] {
  const steps = [threshold, ...levels]
  const rising = levels.flatMap((level, i): ParameterFault[] =>
    typeof level === 'number' && level > (steps[i] as number)
      ? []
      : [{ path: ['levels', i], detail: `must be a number greater than ${steps[i]}` }]
  )
  const great: ParameterFault[] =
    isCount && Math.max(threshold, ...levels) > membersMax
      ? [{ path: ['threshold'], detail: `and levels must be ${membersMax} or less: a window holds no more` }]
      : []
  const left: ParameterFault[] =
    leave > threshold ? [{ path: ['leave'], detail: 'must not be greater than the threshold: it would leave at once' }] : []
  return [...rising, ...great, ...left]
}
