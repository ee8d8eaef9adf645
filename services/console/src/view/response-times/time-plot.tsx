// Times of several rows on one scale: half of the answers by a dot, nine of ten by a diamond. Each
// row says the same in words.

import { useId } from 'preact/hooks'
import type { TimesRow } from '../../shown/answers.ts'
import {
  type Answering,
  type DrawnTime,
  drawnMax,
  drawnOf,
  type TimeScale,
  timeScaleOf
} from '../../upkeep/response-times.ts'
import { durationWords, markWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'

/** Height of a row, and of the scale below, px. */
const rowPx = 28
const scalePx = 22
/** Room at both ends for the marks themselves, in hundredths of the width. */
const marginShare = 3

interface PlotProps {
  readonly rows: readonly TimesRow[]
  readonly what: Answering
  readonly nameOf: (row: TimesRow) => string
}

export function TimePlot({ rows, what, nameOf }: PlotProps) {
  const told = words.responseTimes
  const titleId = useId()
  const drawn = drawnOf(rows, what)
  const scale = timeScaleOf(drawn)
  return (
    <figure class="time-plot" aria-labelledby={titleId}>
      <figcaption>
        <h3 id={titleId}>{told.plots[what]}</h3>
        {drawn.length === 0 ? <p>{told.noTimes}</p> : null}
        {drawn.length < drawnMax ? null : <p class="soft">{told.most(drawnMax)}</p>}
      </figcaption>
      {drawn.length === 0 ? null : (
        <ul>
          {drawn.map(each => (
            <Row
              key={each.row.subscriptionId ?? nameOf(each.row)}
              name={nameOf(each.row)}
              drawn={each}
              scale={scale}
            />
          ))}
          {/* On a narrow screen every second mark is named, the last among them. */}
          <li class="time-scale" aria-hidden="true">
            <svg width="100%" height={scalePx} aria-hidden="true">
              {scale.namedS.map((mark, i) => (
                <text
                  key={mark}
                  x={`${placeOf(scale, mark)}%`}
                  y={15}
                  class={(scale.namedS.length - 1 - i) % 2 === 1 ? 'lesser' : ''}
                >
                  {markWords(mark)}
                </text>
              ))}
            </svg>
          </li>
        </ul>
      )}
    </figure>
  )
}

const placeOf = (scale: TimeScale, seconds: number) =>
  marginShare + (scale.at(seconds) * (100 - 2 * marginShare)) / 100

function Row({
  name,
  drawn,
  scale
}: {
  readonly name: string
  readonly drawn: DrawnTime
  readonly scale: TimeScale
}) {
  const told = words.responseTimes
  const { row, answered, medianS, p90S } = drawn
  const [median, p90] = [durationWords(medianS), durationWords(p90S)]
  const [from, to] = [placeOf(scale, medianS), placeOf(scale, p90S)]
  return (
    <li>
      <span class="time-name" aria-hidden="true">
        <bdi>{name}</bdi>
      </span>
      <svg
        width="100%"
        height={rowPx}
        role="img"
        aria-label={told.range(name, median, p90, answered, row.called)}
      >
        {scale.marksS.map(mark => (
          <line
            key={mark}
            class="grid"
            x1={`${placeOf(scale, mark)}%`}
            x2={`${placeOf(scale, mark)}%`}
            y1={0}
            y2={rowPx}
          />
        ))}
        <line class="span" x1={`${from}%`} x2={`${to}%`} y1={rowPx / 2} y2={rowPx / 2} />
        <svg x={`${to}%`} y={rowPx / 2} overflow="visible" aria-hidden="true">
          <path class="p90" d="M0-8 8 0 0 8-8 0z" />
        </svg>
        <circle class="median" cx={`${from}%`} cy={rowPx / 2} r={5} />
      </svg>
      <span class="time-figures" aria-hidden="true">
        {told.pair(median, p90)}
      </span>
    </li>
  )
}
