// Facts about a roster, in its row and on its page: who is on shift until when, who is next, and
// its gaps.

import { holesIn, isOver, type WatchStanding, watchStanding } from '../../records/roster.ts'
import type { Shift, Watch } from '../../shown/answers.ts'
import { nowMs } from '../../state/console-state.ts'
import { timeWords, waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Facts, type Level, Mark } from '../parts/records.tsx'

export const watchLevels: Readonly<Record<WatchStanding, Level>> = {
  ...{ reached: 'good', unheard: 'bad', untold: 'warn', nobody: 'bad', unfollowed: 'unknown' }
}

export function WatchMark({ held }: { readonly held: Watch }) {
  const standing = watchStanding(held, nowMs.value)
  return <Mark level={watchLevels[standing]} text={words.watches.standings[standing]} />
}

export function WatchFacts({ held }: { readonly held: Watch }) {
  const told = words.watches
  const { next, handling } = held
  const now = nowMs.value
  const onWatch = held.onWatch.filter(each => !isOver(each, now))
  return (
    <Facts
      of={[
        [
          told.on,
          onWatch.length === 0 ? (
            <strong>{told.nobody}</strong>
          ) : (
            onWatch.map(({ officer, from, until }) => (
              <div key={`${from} ${officer}`}>
                {told.until(officer, timeWords(until), waitWords(Date.parse(until) - now))}
              </div>
            ))
          )
        ],
        [told.next, next === null ? told.noneNext : told.from(next.officer, timeWords(next.from))],
        [told.hole, holeWords(held.shifts, now)],
        [told.handling, words.handlings[handling]]
      ]}
    />
  )
}

function holeWords(shifts: readonly Shift[], now: number): string {
  const told = words.watches
  const [first, ...others] = holesIn(shifts, now)
  if (first === undefined) return told.noneNext
  const at = (ms: number) => timeWords(new Date(ms).toISOString())
  const span =
    first.toMs === null
      ? told.holeFrom(at(first.fromMs))
      : told.holeBetween(at(first.fromMs), at(first.toMs))
  return others.length === 0 ? span : `${span}, ${told.holeMore(others.length)}`
}
