// Times that were noted here, in words.

import { nowMs } from '../../state/console-state.ts'
import { sinceWords } from '../../words/time-words.ts'

/** `14:03:10 UTC`, with its day where that is long ago. */
export function sinceHere(ms: number): string {
  return sinceWords(ms, nowMs.value)
}
