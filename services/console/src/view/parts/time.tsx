// A time in UTC, and the time at the place beside it where one zone holds there.

import { localTimeWords, timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'

export function Time({ at, country }: { readonly at: string; readonly country?: string | undefined }) {
  const local = localTimeWords(at, country)
  return (
    <time dateTime={at}>
      {timeWords(at)}
      {local === null ? null : <span class="soft"> ({words.alert.localTime(local)})</span>}
    </time>
  )
}
