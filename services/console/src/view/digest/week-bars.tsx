// Attacks of the last weeks as small bars, this week's apart; read out as numbers.

import { words } from '../../words/words.ts'

const barPx = 7
const gapPx = 2
const heightPx = 18

export function WeekBars({ counts }: { readonly counts: readonly number[] }) {
  const most = Math.max(1, ...counts)
  const width = counts.length * (barPx + gapPx)
  return (
    <>
      <span class="visually-hidden">
        {words.digest.trend}: {words.digest.weeks(counts)}
      </span>
      <svg class="week-bars" width={width} height={heightPx} aria-hidden="true">
        <title>{words.digest.weeks(counts)}</title>
        {counts.map((count, i) => {
          // A week without attacks has a line, so that the weeks can be counted.
          const height = Math.max(1, (count / most) * heightPx)
          const [x, y] = [i * (barPx + gapPx), heightPx - height]
          const isThis = i === counts.length - 1
          return (
            <rect
              key={x}
              class={isThis ? 'is-this' : ''}
              x={x}
              y={y}
              width={barPx}
              height={height}
            />
          )
        })}
      </svg>
    </>
  )
}
