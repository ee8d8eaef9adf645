// A time in UTC, followed by the time at the place; and times that were noted on this page.

import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { nowMs } from '../../state/console-state.ts'
import { sinceWords, type TimePlace, thereWords, timeWords } from '../../words/time-words.ts'

/** The default place of all times below: that of the open alert. */
export const PlaceOfTimes = createContext<TimePlace | undefined>(undefined)

interface TimeProps {
  readonly at: string
  readonly place?: TimePlace | undefined
  /** If no finer place is known. */
  readonly country?: string | undefined
}

export function Time({ at, place, country }: TimeProps) {
  const around = useContext(PlaceOfTimes)
  const there = thereWords(
    at,
    place ?? around ?? (country === undefined ? undefined : { country: [country], admin1: [] })
  )
  return (
    <time dateTime={at}>
      {timeWords(at)}
      {there === null ? null : <span class="soft"> ({there})</span>}
    </time>
  )
}

/** `14:03:10 UTC`, with its day where that is long ago. */
export function sinceHere(ms: number): string {
  return sinceWords(ms, nowMs.value)
}
