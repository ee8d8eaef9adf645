// Times that were noted by the clock of this page, in words: by the suite's, as another officer
// would tell them.

import { bySuite, suiteNowMs } from '../../state/console-state.ts'
import { sinceWords, timeWords } from '../../words/time-words.ts'

/** `14:03:10 UTC`, with its day where that is long ago. */
export function sinceHere(pageMs: number): string {
  return sinceWords(bySuite(pageMs), suiteNowMs.value)
}

/** With its day. */
export function timeHere(pageMs: number): string {
  return timeWords(new Date(bySuite(pageMs)).toISOString())
}
