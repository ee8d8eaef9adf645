// Times of several rows on one scale with the target: the median by a dot, nine of ten by a diamond.
// Each row says the same in words.

import { useId } from 'preact/hooks'
import {
  computeTimeScale,
  drawnMax,
  listDrawn,
  type Measure,
  type MeasuredRow,
  type TimeScale
} from '../../records/response-times.ts'
import type { TimesRow } from '../../shown/answers.ts'
import { durationWords, markWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'

/** Height of a row, and of the scale below, px. */
const rowPx = 28
const scalePx = 22
/** Room at both ends for the marks themselves, in hundredths of the width. */
const marginShare = 3

interface PlotProps {
  readonly rows: readonly TimesRow[]
  readonly what: Measure
  readonly targetS: number
  readonly nameOf: (row: TimesRow) => string
}

export function TimePlot({ rows, what, targetS, nameOf }: PlotProps) {
  const told = words.responseTimes
  const titleId = useId()
  const drawn = listDrawn(rows, what)
  const scale = computeTimeScale(drawn, targetS)
  return (
    <figure class="time-plot" aria-labelledby={titleId}>
      <figcaption>
        <h3 id={titleId}>{told.plots[what]}</h3>
        <p class="soft">{drawn.length === 0 ? told.noTimes : told.target(markWords(targetS))}</p>
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
              targetS={targetS}
            />
          ))}
          {/* On a narrow screen every second mark is named, the last among them. */}
          <li class="time-scale" aria-hidden="true">
            <svg width="100%" height={scalePx} aria-hidden="true">
              {scale.namedS.map((mark, i) => (
                <text
                  key={mark}
                  x={`${makePlace(scale, mark)}%`}
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

const makePlace = (scale: TimeScale, seconds: number) =>
  marginShare + (scale.at(seconds) * (100 - 2 * marginShare)) / 100

interface RowProps {
  readonly name: string
  readonly drawn: MeasuredRow
  readonly scale: TimeScale
  readonly targetS: number
}

function Row({ name, drawn: { times, count, of, inTime }, scale, targetS }: RowProps) {
  const told = words.responseTimes
  const share = told.share(inTime, of)
  const [median, p90] = [times?.medianS ?? 0, times?.p90S ?? 0].map(durationWords) as [
    string,
    string
  ]
  const at = (seconds: number) => `${makePlace(scale, seconds)}%`
  const upright = (seconds: number, name: string) => (
    <line
      key={`${name} ${seconds}`}
      class={name}
      x1={at(seconds)}
      x2={at(seconds)}
      y1={0}
      y2={rowPx}
    />
  )
  return (
    <li>
      <span class="time-name" aria-hidden="true">
        <bdi>{name}</bdi>
      </span>
      <svg
        width="100%"
        height={rowPx}
        role="img"
        aria-label={count === 0 ? told.nothing(name, of) : told.range(name, median, p90, share)}
      >
        {scale.marksS.map(mark => upright(mark, 'grid'))}
        {upright(targetS, 'target')}
        {times === null ? null : (
          <>
            <line
              class="span"
              x1={at(times.medianS)}
              x2={at(times.p90S)}
              y1={rowPx / 2}
              y2={rowPx / 2}
            />
            <svg x={at(times.p90S)} y={rowPx / 2} overflow="visible" aria-hidden="true">
              <path class="p90" d="M0-8 8 0 0 8-8 0z" />
            </svg>
            <circle class="median" cx={at(times.medianS)} cy={rowPx / 2} r={5} />
          </>
        )}
      </svg>
      <span class="time-figures" aria-hidden="true">
        {times === null ? '–' : told.pair(median, p90)}
        <small>{share}</small>
      </span>
    </li>
  )
}
