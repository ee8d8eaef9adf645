// What is said of a watch, in its row and on its page: who is on until when, who is next, and when
// nobody is.

import type { Shift, Watch } from '../../shown/answers.ts'
import { suiteNowMs } from '../../state/console-state.ts'
import { holesIn, isOver, type WatchStanding, watchStanding } from '../../upkeep/watch-standing.ts'
import { timeWords, waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Narrative } from '../parts/narrative.tsx'
import { Facts, type Level, Mark } from '../parts/records.tsx'
import { lineWords } from './line-names.ts'

export const watchLevels: Readonly<Record<WatchStanding, Level>> = {
  ...{ reached: 'good', unheard: 'bad', untold: 'warn', nobody: 'bad', unfollowed: 'unknown' }
}

export function WatchMark({ held }: { readonly held: Watch }) {
  const standing = watchStanding(held, suiteNowMs.value)
  return <Mark level={watchLevels[standing]} text={words.watches.standings[standing]} />
}

export function WatchFacts({ held }: { readonly held: Watch }) {
  const told = words.watches
  const { next, lineMinutes, handling } = held
  const now = suiteNowMs.value
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
        [told.lineMinutes, told.minutes(lineMinutes)],
        [told.handling, handling]
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

/** Its shifts: those that are on and to come, and apart those that are over. */
export function Roster({ held }: { readonly held: Watch }) {
  const told = words.watches
  const now = suiteNowMs.value
  const ahead = held.shifts.filter(each => !isOver(each, now))
  const over = held.shifts.filter(each => isOver(each, now)).toReversed()
  return (
    <section class="roster">
      <h3>{told.roster}</h3>
      {ahead.length === 0 ? (
        <p>{told.noShifts}</p>
      ) : (
        <Shifts shifts={ahead} held={held} now={now} />
      )}
      {over.length === 0 ? null : (
        <details>
          <summary>{told.over(over.length)}</summary>
          <Shifts shifts={over} held={held} now={now} />
        </details>
      )}
    </section>
  )
}

interface ShiftsProps {
  readonly shifts: readonly Shift[]
  readonly held: Watch
  readonly now: number
}

function Shifts({ shifts, held, now }: ShiftsProps) {
  const told = words.watches
  return (
    <ul class="records">
      {shifts.map(shift => {
        const state = isOver(shift, now) ? 'over' : Date.parse(shift.from) <= now ? 'on' : 'ahead'
        return (
          <li
            key={`${shift.from} ${shift.until} ${shift.officer}`}
            class={`record ${state === 'on' ? 'is-good' : ''}`}
          >
            <h4>
              <bdi>{shift.officer}</bdi>{' '}
              <Mark level={state === 'on' ? 'good' : 'unknown'} text={told.shiftMarks[state]} />
            </h4>
            <p>{told.span(timeWords(shift.from), timeWords(shift.until))}</p>
            <Lines lines={shift.lines} watch={held} />
            {shift.note === null ? null : (
              <div>
                <p class="soft">{told.note}</p>
                <Narrative text={shift.note} label={told.note} />
              </div>
            )}
          </li>
        )
      })}
    </ul>
  )
}

function Lines({ lines, watch }: { readonly lines: readonly string[]; readonly watch: Watch }) {
  return (
    <div>
      <p class="soft">{words.watches.lines}</p>
      <ol class="watch-lines">
        {lines.map(line => {
          const { name, warning } = lineWords(line, watch)
          return (
            <li key={line}>
              <bdi>{name}</bdi>
              {warning === null ? null : <b class="watch-warning">: {warning}</b>}
            </li>
          )
        })}
      </ol>
    </div>
  )
}
