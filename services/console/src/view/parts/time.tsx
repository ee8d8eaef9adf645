// A time in UTC, and the time at the place beside it.

import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { type TimePlace, thereWords } from '../../words/place-time.ts'
import { timeWords } from '../../words/time-words.ts'

/**
 * Where all times below are told, unless one has a place of its own: that of the alert that is
 * open.
 */
export const PlaceOfTimes = createContext<TimePlace | undefined>(undefined)

interface TimeProps {
  readonly at: string
  readonly place?: TimePlace | undefined
  /** Where nothing finer is known. */
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
