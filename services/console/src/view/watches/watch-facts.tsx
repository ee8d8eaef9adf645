// Facts about a roster, in its row and on its page: who is on shift until when, who is next, its
// gaps, and the names of its subscriptions.

import {
  distinctNames,
  holesIn,
  isOver,
  type WatchStanding,
  watchStanding
} from '../../records/roster.ts'
import type { Shift, Watch } from '../../shown/answers.ts'
import { nowMs } from '../../state/console-state.ts'
import { subscriptions } from '../../state/subscriptions.ts'
import { subscriptionName } from '../../words/filter-words.ts'
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

export interface Line {
  readonly id: string
  /** Of two with one name with its id. */
  readonly name: string
  /** That it uses another roster, or none: then it is not notified by this one. */
  readonly warning: string | null
}

/** Those that use the roster and the reader manages, and those of its shifts. */
export function listLines({ id: roster, lineNames = [], shifts }: Watch): readonly Line[] {
  const own = subscriptions.state.value.body?.items ?? []
  const known = { own, names: lineNames, unnamed: words.told.unnamed }
  const using = own.filter(({ policy }) => policy?.watch === roster).map(({ id }) => id)
  const ids = new Set([...using, ...shifts.flatMap(({ lines }) => lines)])
  return distinctNames([...ids].map(id => ({ id, name: subscriptionName(id, known) }))).map(
    line => ({
      ...line,
      warning:
        using.includes(line.id) || own.every(({ id }) => id !== line.id)
          ? null
          : words.watches.notFollowing
    })
  )
}
