// What charts over time share: hatching, and the days on their axis.

import { dayMs, monthsIn } from '../../change/picture.ts'
import { dayWords, shortDayWords } from '../../words/time-words.ts'

/** Of a letter of the smallest text, px. */
export const letter = 6.4

interface DaysProps {
  readonly fromMs: number
  readonly toMs: number
  readonly x: (ms: number) => number
  readonly left: number
  readonly right: number
  readonly y: number
  readonly most: number
}

export function Days({ fromMs, toMs, x, left, right, y, most }: DaysProps) {
  const last = shortDayWords(new Date(toMs - 1).toISOString())
  const lastAt = right - last.length * letter
  const isLong = toMs - fromMs > 370 * dayMs
  return (
    <g>
      <text x={right} y={y} text-anchor="end">
        {last}
      </text>
      {monthsIn(fromMs, toMs, most).map(ms => {
        const said = isLong
          ? dayWords(new Date(ms).toISOString()).slice(2)
          : shortDayWords(new Date(ms).toISOString())
        return x(ms) + said.length * letter > lastAt - 8 || x(ms) < left ? null : (
          <text key={ms} x={x(ms)} y={y}>
            {said}
          </text>
        )
      })}
    </g>
  )
}

/** In which of several lines each stands, so that none covers another. */
export function lanesFor(intervals: readonly (readonly [number, number])[]): readonly number[] {
  const ends: number[] = []
  return intervals.map(([from, to]) => {
    const free = ends.findIndex(end => end + 2 <= from)
    const at = free < 0 ? Math.min(ends.length, 3) : free
    ends[at] = Math.max(to, ends[at] ?? 0)
    return at
  })
}

/** Fills what is not known to the day. */
export function Hatch({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern
        id={id}
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(-45)"
      >
        <rect class="hatch" width="2.4" height="6" />
      </pattern>
    </defs>
  )
}
