// Incidents of an area by category, drawn for the width that it has, and its alerts as bands on the
// same days.

import { type AreaPicture, type Band, computeScale, dayMs } from '../../change/picture.ts'
import { isOpen } from '../../shown/shown-alert.ts'
import { readHeadline } from '../../words/alert-texts.ts'
import { categoryWords } from '../../words/code-names.ts'
import { capital } from '../../words/language/language.ts'
import { computeDay } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Days, letter, lineUp, Scale, UnsureDays } from '../parts/chart.tsx'
import { ViewLink } from '../parts/view-page.tsx'

const [bandHigh, bandRow] = [16, 22]
const bandsMax = 12
const narrowBelow = 480

const categoryName = (category: string | null): string =>
  category === null ? words.area.others : capital(categoryWords(category))

export function AreaChart({ drawn, width }: { drawn: AreaPicture; width: number }) {
  const { fromMs, toMs, bucketDays, bars, unsure, bands, incidents } = drawn
  const texts = words.area
  const isNarrow = width < narrowBelow
  const [left, right, top] = [24, width - 4, 8]
  const x = (ms: number) => left + ((ms - fromMs) / (toMs - fromMs)) * (right - left)
  const bar = x(fromMs + bucketDays * dayMs) - left
  const counts = bars[0]?.counts ?? []
  const sums = counts.map((_, i) => bars.reduce((sum, each) => sum + (each.counts[i] ?? 0), 0))
  const scale = computeScale(Math.max(0, ...sums))
  // No bar: the axis alone.
  const barsHigh = sums.every(sum => sum === 0) ? 20 : 220
  const base = top + barsHigh
  const unit = barsHigh / (scale.at(-1) ?? 1)
  const shown = bands.slice(0, bandsMax)
  const spans = unsure.map(each => ({
    from: x(Math.max(each.fromMs, fromMs)),
    to: x(Math.min(each.toMs, toMs)),
    of: `kind-${each.kind}`
  }))
  const unsureAt = base + 42
  const high = spans.length === 0 ? base + 22 : unsureAt + lineUp(spans).high
  const bandsHigh = shown.length * bandRow + 4
  const kinds = bars.map(({ category, counts: of }) =>
    texts.kind(
      categoryName(category),
      of.reduce((a, b) => a + b, 0)
    )
  )
  return (
    <>
      <svg
        class="chart"
        width={width}
        height={high}
        viewBox={`0 0 ${width} ${high}`}
        role="img"
        aria-label={texts.described(
          incidents,
          computeDay(fromMs),
          computeDay(toMs - 1),
          kinds.join(', ')
        )}
      >
        <Scale
          counts={barsHigh > 20 ? scale : [0]}
          left={left}
          right={right}
          at={count => base - count * unit}
        />
        <g>
          {sums.map((_, i) => {
            let below = 0
            return bars.map(({ category, counts: of }, kind) => {
              const count = of[i] ?? 0
              if (count === 0) return null
              below += count
              return (
                <rect
                  key={`${category} ${i}`}
                  class={`kind-${kind}`}
                  x={left + i * bar}
                  width={Math.max(1, bar * 0.86)}
                  y={base - below * unit}
                  height={Math.max(1, count * unit - 1)}
                />
              )
            })
          })}
          <Days
            fromMs={fromMs}
            toMs={toMs}
            x={x}
            left={left}
            right={right}
            y={base + 16}
            most={isNarrow ? 3 : 6}
          />
        </g>
        {spans.length === 0 ? null : (
          <text class="name" x={left} y={unsureAt - 6}>
            {texts.unsure(spans.length)}
          </text>
        )}
        <UnsureDays spans={spans} y={unsureAt} />
      </svg>
      <svg class="chart" width={width} height={bandsHigh} viewBox={`0 0 ${width} ${bandsHigh}`}>
        <title>{words.views.names.alerts}</title>
        {shown.map((band, i) => (
          <BandLink
            key={band.alert.alertId}
            band={band}
            from={x(Math.max(fromMs, band.fromMs))}
            to={x(Math.min(toMs, band.toMs))}
            left={left}
            right={right}
            y={2 + i * bandRow}
          />
        ))}
      </svg>
      {bands.length > bandsMax ? (
        <p class="soft">{texts.moreAlerts(bands.length - bandsMax)}</p>
      ) : null}
      {bands.length === 0 ? <p class="soft">{texts.noAlerts}</p> : null}
      <p class="area-legend fine soft line">
        {bars.map(({ category }, kind) => (
          <span key={category}>
            <svg class="chart-key chart" viewBox="0 0 10 10" aria-hidden="true">
              <rect class={`kind-${kind}`} width="10" height="10" />
            </svg>{' '}
            {categoryName(category)}
          </span>
        ))}
      </p>
    </>
  )
}

interface BandProps {
  readonly band: Band
  readonly from: number
  readonly to: number
  readonly left: number
  readonly right: number
  readonly y: number
}

/** Its name stands in it, or beside it where there is more room. */
function BandLink({ band: { alert, fromMs, toMs }, from, to, left, right, y }: BandProps) {
  const { alertId, severity, status } = alert
  const headline = readHeadline(alert)
  const isOver = !isOpen(alert)
  const width = Math.max(3, to - from)
  const [within, before, after] = [width - 12, from - left - 4, right - to - 4]
  const room = Math.max(within, before, after)
  const most = Math.floor(room / letter)
  const text = headline.length > most ? `${headline.slice(0, Math.max(0, most - 1))}…` : headline
  const long = headline.length * letter
  const isIn = within >= long || within === room
  const isBefore = !isIn && (before >= long || before === room)
  const at = isIn ? from + 6 : isBefore ? from - 4 : to + 4
  const said = `${words.severities[severity]}: ${headline}, ${words.area.band(computeDay(fromMs), computeDay(toMs), words.statuses[status])}`
  return (
    <ViewLink to="alerts" members={{ alert: alertId, days: null, list: null }}>
      <title>{said}</title>
      <rect
        class={`lane of-${severity} ${isOver ? 'is-over' : ''}`}
        x={from}
        width={width}
        y={y}
        height={bandHigh}
        rx={2}
      />
      <text
        class={isIn ? `on of-${severity}` : 'name'}
        x={at}
        y={y + 12}
        text-anchor={isBefore ? 'end' : 'start'}
      >
        {text}
      </text>
    </ViewLink>
  )
}
