// Reports a day as small bars on a line; dashed where a source has been silent since its last report.

import { words } from '../../words/words.ts'

const [dayPx, heightPx] = [2, 22]

interface SparklineProps {
  /** The last day last. */
  readonly counts: readonly number[]
  readonly isSilent: boolean
}

export function Sparkline({ counts, isSilent }: SparklineProps) {
  const most = Math.max(1, ...counts)
  const width = counts.length * dayPx
  const lastPx = (counts.findLastIndex(count => count > 0) + 1) * dayPx
  const all = counts.reduce((sum, count) => sum + count, 0)
  return (
    <>
      <span class="visually-hidden">{words.sourcesView.inDays(all, counts.length)}</span>
      <svg class="sparkline" width={width} height={heightPx} aria-hidden="true">
        <path class="base" d={`M0 ${heightPx - 0.5}H${isSilent ? lastPx : width}`} />
        {isSilent ? <path class="silent" d={`M${lastPx} ${heightPx - 1}H${width}`} /> : null}
        {counts.map((count, day) => {
          const height = Math.max(4, (count / most) * (heightPx - 2))
          const box = { x: day * dayPx, y: heightPx - height, width: dayPx, height }
          return count === 0 ? null : <rect key={box.x} {...box} />
        })}
      </svg>
    </>
  )
}
