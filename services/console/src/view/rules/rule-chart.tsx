// What a rule counts, over time, with its threshold as a line.

import { computeScale, dayMs } from '../../change/picture.ts'
import { type RuleChart as Chart, type ChartPoint, makeChart } from '../../records/rule-preview.ts'
import type { NearMiss, RulePreview } from '../../shown/answers.ts'
import { computeDay } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Days, Scale, useWidth } from '../parts/chart.tsx'

const high = 200
const top = 12
const left = 30
const spanMin = 30 * dayMs
const marginMs = 5 * dayMs

interface ChartProps {
  readonly preview: RulePreview | null
  readonly near: readonly NearMiss[]
  /** Of a text that was typed before. */
  readonly isOld: boolean
}

export function RuleChart({ preview, near, isOld }: ChartProps) {
  const chart = makeChart(preview, near)
  return chart === null ? null : <Drawn chart={chart} isOld={isOld} />
}

interface DrawnProps {
  readonly chart: Chart
  readonly isOld: boolean
}

function Drawn({ chart: { points, measure, threshold }, isOld }: DrawnProps) {
  const [room, width] = useWidth()
  const told = words.rules.chart
  const greatest = Math.max(...points.map(point => Math.max(point.value, point.threshold)))
  const scale = computeScale(greatest)
  const [first = 0, last = 0] = [points[0]?.ms, points.at(-1)?.ms]
  const fromMs = Math.min(first, last - spanMin) - marginMs
  const right = width - 12
  const base = top + high
  const x = (ms: number) => left + ((ms - fromMs) / (last - fromMs)) * (right - left)
  const y = (value: number) => base - (value / (scale.at(-1) ?? 1)) * high
  return (
    <figure class={`rule-chart ${isOld ? 'is-old' : ''}`} ref={room}>
      <figcaption>
        <strong>{measure}</strong> <span class="soft">{isOld ? told.old : told.means}</span>
      </figcaption>
      <svg
        class="chart"
        width={width}
        height={base + 22}
        viewBox={`0 0 ${width} ${base + 22}`}
        role="img"
        aria-label={told.label(points.length, threshold)}
      >
        <Scale counts={scale} left={left} right={right} at={y} />
        <Days
          fromMs={fromMs}
          toMs={last + 1}
          x={x}
          left={left}
          right={right}
          y={base + 17}
          most={Math.max(2, Math.floor(width / 110))}
        />
        {points.map(point => (
          <Point key={point.id} point={point} x={x(point.ms)} y={y} hasOwn={threshold === null} />
        ))}
        {threshold === null ? null : (
          <>
            <path class="threshold" d={`M${left} ${y(threshold)}H${right}`} />
            <text class="threshold-words" x={left + 4} y={y(threshold) - 4}>
              {told.threshold(threshold)}
            </text>
          </>
        )}
      </svg>
    </figure>
  )
}

interface PointProps {
  readonly point: ChartPoint
  readonly x: number
  readonly y: (value: number) => number
  /** Its threshold is drawn beside it. */
  readonly hasOwn: boolean
}

function Point({ point, x, y, hasOwn }: PointProps) {
  const { kind, severity, value, threshold, what, ms } = point
  return (
    <g class={`point is-${kind} of-${severity ?? 'none'}`}>
      <title>{words.rules.chart.point(what, value, computeDay(ms))}</title>
      <path class="stem" d={`M${x} ${y(0)}V${y(value)}`} />
      {hasOwn ? <path class="threshold" d={`M${x - 5} ${y(threshold)}h10`} /> : null}
      <circle cx={x} cy={y(value)} r={4.5} />
    </g>
  )
}
