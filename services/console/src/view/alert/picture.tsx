// The one chart of an alert, drawn for its actual width: text is never scaled. The lists around it
// have the same content.

import { useMemo } from 'preact/hooks'
import {
  computeScale,
  type Picture as Drawn,
  dayMs,
  makePicture,
  spans
} from '../../change/picture.ts'
import type { AlertDetail } from '../../shown/shown-alert.ts'
import {
  areaIncidents,
  areaIncidentsMax,
  ownIncidents,
  pickSpan,
  pictureDay,
  pictureSpan
} from '../../state/alert-detail.ts'
import { openView } from '../../state/current-view.ts'
import { useResource } from '../../state/resource.ts'
import { shortPlaceWords } from '../../words/alert-words.ts'
import { capital } from '../../words/language/language.ts'
import { dayWords, shortDayWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Button } from '../parts/basics.tsx'
import {
  Chart,
  Days,
  letter,
  lineUp,
  makeAxis,
  Scale,
  UnsureDays,
  useWidth
} from '../parts/chart.tsx'
import { Segments } from '../parts/form.tsx'

const askEveryMs = 60_000
const narrowBelow = 480

export function Picture({ alert }: { readonly alert: AlertDetail }) {
  const { alertId, evidence, revisions } = alert
  const { body } = useResource(areaIncidents, askEveryMs)
  const own = useMemo(() => ownIncidents({ evidence }), [evidence])
  const nowMs = pictureDay(alert.theatre)
  const span = pictureSpan.value
  const drawn = useMemo(
    () => makePicture({ alert, revisions, own, area: body?.items ?? [], nowMs }, span),
    [alert, own, body, nowMs, span]
  )
  const [room, width] = useWidth()
  // Of the whole area: other incidents are drawn too.
  const where = shortPlaceWords({ area: alert.area }) || words.place.unknown
  const place = alert.area.admin1[0] ?? alert.area.country[0]
  const texts = words.alert.picture
  return (
    <section class="card picture" aria-label={texts.titles[drawn.bucketDays](where)}>
      <h3>
        <bdi>{texts.titles[drawn.bucketDays](where)}</bdi>{' '}
        <small>
          {texts.until(dayWords(new Date(nowMs).toISOString()))}
          {body?.next ? `, ${texts.notAll(areaIncidentsMax)}` : ''}
        </small>
        {place === undefined ? null : (
          <Button class="as-link" onClick={() => openView('area', place)}>
            {texts.openArea}
          </Button>
        )}
        <Segments
          label={texts.span}
          options={spans.map(each => [each, texts.spans[each]])}
          value={span}
          onPick={each => pickSpan(alertId, each)}
        />
      </h3>
      <div ref={room}>
        <Drawing drawn={drawn} width={width} label={describe(drawn, where)} />
      </div>
    </section>
  )
}

function describe({ fromMs, toMs, buckets, unsure, levels, lanes }: Drawn, where: string): string {
  const texts = words.alert.picture
  const day = (ms: number) => dayWords(new Date(ms).toISOString())
  const most = buckets.reduce((a, b) => (b.own + b.other > a.own + a.other ? b : a))
  const all = buckets.reduce((sum, { own, other }) => sum + own + other, unsure.length)
  const peak = most.own + most.other
  return [
    texts.described(
      where,
      day(fromMs),
      day(toMs - 1),
      all,
      peak === 0 ? '' : texts.most(peak, day(most.fromMs))
    ),
    levels.length === 0
      ? ''
      : texts.reached(levels.map(({ ms, reason }) => texts.from(reason, day(ms))).join(', ')),
    lanes.length === 0
      ? ''
      : texts.severities(
          lanes
            .map(({ severity, fromMs: ms }) => texts.from(words.severities[severity], day(ms)))
            .join(', ')
        )
  ].join('')
}

const barsHigh = 104
const runningHigh = 96
const laneHigh = 14

function Drawing({ drawn, width, label }: { drawn: Drawn; width: number; label: string }) {
  const { fromMs, toMs, bucketDays, buckets, unsure, running, lanes, levels } = drawn
  const texts = words.alert.picture
  const isNarrow = width < narrowBelow
  const most = Math.max(...buckets.map(({ own, other }) => own + other))
  const isEmpty = most === 0 && unsure.length === 0
  // Lane names are before the lanes, or above them if there is no room.
  const left = isNarrow ? 24 : 88
  const right = width - 4
  const axis = makeAxis(fromMs, toMs, left, right)
  const { x } = axis
  const parts: preact.JSX.Element[] = []
  let y = 12
  const name = (text: string, at: number) => (
    <text x={0} y={at} class="name">
      {text}
    </text>
  )

  // Bars.
  const scale = computeScale(most)
  const top = scale.at(-1) ?? 1
  // No bar: the axis alone.
  const barsBase = most === 0 ? y + 28 : y + barsHigh
  const barY = (count: number) => barsBase - (count / top) * barsHigh
  const bar = ((right - left) / buckets.length) * (bucketDays === 1 ? 0.8 : 0.86)
  parts.push(
    <g key="bars">
      {isEmpty ? (
        <text class="said" x={(left + right) / 2} y={barsBase - 8} text-anchor="middle">
          {texts.none}
        </text>
      ) : most === 0 ? null : (
        <Scale counts={scale} {...axis} at={barY} />
      )}
      {most === 0 ? <path class="axis" d={`M${left} ${barsBase}H${right}`} /> : null}
      {buckets.map(({ fromMs: at, own, other }) =>
        own + other === 0 ? null : (
          <g key={at}>
            <rect
              class="other"
              x={x(at)}
              width={bar}
              y={barY(own + other)}
              height={barY(own) - barY(own + other)}
            />
            <rect class="own" x={x(at)} width={bar} y={barY(own)} height={barsBase - barY(own)} />
          </g>
        )
      )}
    </g>
  )
  y = barsBase + 12

  // Days that are not known.
  if (unsure.length > 0) {
    if (isNarrow) y += 16
    const spans = unsure.map(({ fromMs: from, toMs: to, isOwn }) => ({
      from: x(Math.max(from, fromMs)),
      to: x(Math.min(to, toMs)),
      of: isOwn ? 'own' : 'other'
    }))
    parts.push(
      <g key="unsure">
        {name(texts.unsure, isNarrow ? y - 5 : y + 9)}
        <UnsureDays spans={spans} y={y} />
      </g>
    )
    y += lineUp(spans).high + 8
  }

  // What the rule counts, against its threshold.
  if (running !== null) {
    const { points, threshold, days } = running
    const greatest = Math.max(threshold, ...points.map(({ value }) => value), 1) * 1.1
    y += 16
    const base = y + runningHigh
    const at = (value: number) => base - (value / greatest) * runningHigh
    const line = points
      .map(
        ({ ms, value }, i) =>
          `${i === 0 ? 'M' : 'H'}${x(ms).toFixed(1)}${i === 0 ? ' ' : 'V'}${at(value).toFixed(1)}`
      )
      .join('')
    parts.push(
      <g key="running">
        <text x={left} y={y - 4} class="name">
          {texts.running(words.alert.picture.attacksIn(days))}
        </text>
        <path class="area" d={`${line}H${right}V${base}H${left}Z`} />
        <path class="line" d={`${line}H${right}`} />
        <path class="axis" d={`M${left} ${base}H${right}`} />
        <path class="threshold" d={`M${left} ${at(threshold)}H${right}`} />
        <text class="threshold-words" x={left + 4} y={at(threshold) - 4}>
          {words.alert.threshold(String(threshold))}
        </text>
      </g>
    )
    y = base + 12
  }

  // How grave it was, and when its levels were reached.
  const lane = isNarrow ? y + 14 : y
  if (lanes.length > 0) {
    parts.push(
      <g key="severity">
        {name(words.filters.severity, isNarrow ? lane - 5 : lane + 11)}
        {lanes.map(({ fromMs: from, toMs: to, severity }) => {
          const [a, b] = [x(Math.max(from, fromMs)), x(Math.min(to, toMs))]
          const said = texts.from(
            capital(words.severities[severity]),
            (toMs - fromMs > 370 * dayMs ? dayWords : shortDayWords)(new Date(from).toISOString())
          )
          const hasRoom = b - a > said.length * letter + 12
          return (
            <g key={from}>
              <rect
                class={`lane of-${severity}`}
                x={a}
                width={Math.max(2, b - a)}
                y={lane}
                height={laneHigh}
                rx={2}
              />
              {hasRoom ? (
                <text class={`on of-${severity}`} x={a + 6} y={lane + 11}>
                  {said}
                </text>
              ) : null}
            </g>
          )
        })}
      </g>
    )
  }
  y = lane + (lanes.length > 0 ? laneHigh + 4 : 0)
  if (levels.length > 0) {
    let room = Number.NEGATIVE_INFINITY
    parts.push(
      <g key="levels">
        {isNarrow ? null : name(texts.levels, y + 13)}
        {levels.map(({ ms, reason }, i) => {
          const at = x(ms)
          const long = reason.length * letter
          const isLast = i === levels.length - 1
          // Of several at one place only the first is named; the list has them all.
          const begin = at + 4 + long > right ? at - 4 - long : at + 4
          const isNamed =
            begin > room && begin >= left - 2 && (!isNarrow || isLast || levels.length < 4)
          if (isNamed) room = begin + long + 6
          return (
            <g key={`${ms} ${reason}`}>
              <path class="level" d={`M${at} 4V${y + 14}`} />
              {isNamed ? (
                <text x={begin} y={y + 13} class="name">
                  {reason}
                </text>
              ) : null}
            </g>
          )
        })}
      </g>
    )
    y += 20
  }
  return (
    <Chart width={width} high={y + 18} label={label}>
      {parts}
      <Days {...axis} y={y + 12} most={isNarrow ? 3 : 6} />
    </Chart>
  )
}
