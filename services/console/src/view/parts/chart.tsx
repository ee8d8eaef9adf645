// What charts over time share: their width and scale, the days on their axis, and days that are not
// known.

import type { ComponentChildren, RefObject } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { dayMs, monthsIn } from '../../change/picture.ts'
import { monthWords, shortDayWords } from '../../words/time-words.ts'

/** Of a letter of the smallest text, px. */
export const letter = 6.4

interface ChartProps {
  readonly width: number
  readonly high: number
  readonly label: string
  readonly children: ComponentChildren
}

export function Chart({ width, high, label, children }: ChartProps) {
  const size = { width, height: high, viewBox: `0 0 ${width} ${high}` }
  return (
    <svg class="chart" {...size} role="img" aria-label={label}>
      {children}
    </svg>
  )
}

/** Of days, between two edges of a chart, px. */
export function makeAxis(fromMs: number, toMs: number, left: number, right: number) {
  const x = (ms: number) => left + ((ms - fromMs) / (toMs - fromMs)) * (right - left)
  return { fromMs, toMs, left, right, x }
}

type DaysProps = ReturnType<typeof makeAxis> & { readonly y: number; readonly most: number }

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
        const said = isLong ? monthWords(ms) : shortDayWords(new Date(ms).toISOString())
        return x(ms) + said.length * letter > lastAt - 8 || x(ms) < left ? null : (
          <text key={ms} x={x(ms)} y={y}>
            {said}
          </text>
        )
      })}
    </g>
  )
}

/** Counts at the side, with a line each; the axis is that of 0. */
export function Scale({ counts, left, right, at }: ScaleProps) {
  return counts.map(count => (
    <g key={count}>
      <path class={count === 0 ? 'axis' : 'grid'} d={`M${left} ${at(count)}H${right}`} />
      <text x={left - 6} y={at(count) + 4} text-anchor="end">
        {count}
      </text>
    </g>
  ))
}

interface ScaleProps {
  readonly counts: readonly number[]
  readonly left: number
  readonly right: number
  readonly at: (count: number) => number
}

interface UnsureSpan {
  readonly from: number
  readonly to: number
  /** Class of the colour that it would have on a known day. */
  readonly of: string
}

const unsureRow = 9

/** In which of several lines each stands, so that none covers another; and how high they are. */
export function lineUp(spans: readonly UnsureSpan[]) {
  const ends: number[] = []
  const rows = spans.map(({ from, to }) => {
    const free = ends.findIndex(end => end + 2 <= from)
    const at = free < 0 ? Math.min(ends.length, 3) : free
    ends[at] = Math.max(to, ends[at] ?? 0)
    return at
  })
  return { rows, high: ends.length * unsureRow }
}

/** What is not known to the day, hatched. */
export function UnsureDays({ spans, y }: { spans: readonly UnsureSpan[]; y: number }) {
  const id = useId()
  const { rows } = lineUp(spans)
  return (
    <g>
      <defs>
        {[...new Set(spans.map(({ of }) => of))].map(of => (
          <pattern
            key={of}
            id={`${id}-${of}`}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(-45)"
          >
            <rect class={of} width="2.4" height="6" />
          </pattern>
        ))}
      </defs>
      {spans.map(({ from, to, of }, i) => (
        <rect
          key={i}
          class="unsure"
          fill={`url(#${id}-${of})`}
          x={from}
          width={Math.max(3, to - from)}
          y={y + (rows[i] ?? 0) * unsureRow}
          height={7}
        />
      ))}
    </g>
  )
}

/** The least that is drawn on, px. */
const widthMin = 240

export function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const room = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const element = room.current
    if (element === null) return
    const watcher = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)))
    watcher.observe(element)
    return () => watcher.disconnect()
  }, [])
  return [room, Math.max(widthMin, width)]
}
