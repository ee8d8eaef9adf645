// Sentences that several building blocks share in their `words`.

import type { PatternWords } from '../../detection/pattern.ts'

export const eachOfLevels = 'Each number in `levels`, if there are any.'
export const fallsBelowLeave = 'The measure falls below `leave`; 0 stands for `threshold`.'

/** With its defaults a block has one group, the theatre, which does not identify a situation. */
export const comesBackWithItsSettlement: Pick<PatternWords, 'comesBack' | 'comesBackBy'> = {
  comesBack:
    'Only its own reports; if grouped by settlement, the same settlement until it would have ended.',
  comesBackBy: null
}
