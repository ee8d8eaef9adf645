// What a change of a rule would do to the alerts, or what a rule would have raised over the kept data:
// by theatre, as a list, on the map and over time, and of a backtest how often.

import type { ComponentChildren } from 'preact'
import { useId, useMemo, useState } from 'preact/hooks'
import { computeScale, dayMs } from '../../change/picture.ts'
import { collectAlertPlaces } from '../../map/shown-places.ts'
import {
  type BacktestBar,
  backtestSum,
  type RuleChart as Charted,
  type ChartPoint,
  computeSketches,
  findFirstKind,
  makeChart,
  type NamedSketch,
  type PreviewKind,
  placedSketches,
  previewKinds
} from '../../records/rule.ts'
import type { AlertSketch, NearMiss, RulePreview, TheatrePreview } from '../../shown/answers.ts'
import { severityMarks } from '../../shown/shown-alert.ts'
import { nowIn, theatreWords } from '../../state/console-state.ts'
import { placeWords } from '../../words/alert-words.ts'
import { computeDay, durationWords, windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { MapView } from '../map/map-view.tsx'
import { mapFrames } from '../map/use-map.ts'
import { SeverityMark } from '../parts/alert-mark.tsx'
import { Button } from '../parts/basics.tsx'
import { Chart, Days, makeAxis, Scale, useWidth } from '../parts/chart.tsx'
import { Figures } from '../parts/figures.tsx'
import { Choice } from '../parts/form.tsx'

const signs = { appear: '+', change: '~', vanish: '−' } as const

interface PreviewProps {
  readonly preview: RulePreview
  readonly isBacktest?: boolean
}

export function Preview({ preview, isBacktest = false }: PreviewProps) {
  const told = words.rules
  const titleId = useId()
  const touched = preview.theatres.filter(
    ({ appear, change, vanish }) => appear.length + change.length + vanish.length > 0
  )
  const same = preview.theatres.reduce((count, each) => count + each.same, 0)
  const lists = useMemo(
    () => new Map(previewKinds.map(kind => [kind, computeSketches(preview, kind)])),
    [preview]
  )
  const [drawn, setDrawn] = useState(() => findFirstKind(preview))
  const [picked, setPicked] = useState<string | null>(null)
  const pick = (kind: PreviewKind, id: string) => {
    setDrawn(kind)
    setPicked(picked === id ? null : id)
  }
  return (
    <section class="rule-preview" aria-labelledby={titleId}>
      <h3 id={titleId}>{isBacktest ? told.backtestTitle : told.diff}</h3>
      {isBacktest ? <BacktestSum preview={preview} /> : null}
      {drawn === null ? (
        isBacktest ? null : (
          <p>{told.nothing}</p>
        )
      ) : (
        <>
          <Choice
            label={told.onMap}
            value={drawn}
            options={previewKinds.flatMap(kind => {
              const count = lists.get(kind)?.length ?? 0
              return count === 0 ? [] : [[kind, told.kinds[kind](count)] as const]
            })}
            onPick={kind => setDrawn(kind as PreviewKind)}
          />
          <SketchMap
            label={told.mapOf[drawn]}
            sketches={lists.get(drawn) ?? []}
            picked={picked}
            onPick={id => pick(drawn, id)}
          />
        </>
      )}
      {touched.map(({ theatre, omitted, lateness }) => (
        <div key={theatre} class="rule-preview-theatre">
          <h4>{told.inTheatre(theatreWords(theatre))}</h4>
          {previewKinds.map(kind => {
            const own = (lists.get(kind) ?? []).filter(each => each.theatre === theatre)
            const one = { sign: signs[kind], title: told[kind](own.length), sketches: own, picked }
            return (
              <Sketches key={kind} {...one} onPick={id => pick(kind, id)}>
                {isBacktest && lateness !== null ? <p>{latenessWords(lateness)}</p> : null}
              </Sketches>
            )
          })}
          {omitted === 0 ? null : <p>{told.omitted(omitted)}</p>}
        </div>
      ))}
      {same === 0 ? null : <p class="soft">{told.same(same)}</p>}
      {preview.complete ? null : (
        <p class="failure">{told.elsewhere(preview.elsewhere.join(', '))}</p>
      )}
    </section>
  )
}

function latenessWords({
  medianSeconds,
  p90Seconds,
  maxSeconds
}: NonNullable<TheatrePreview['lateness']>): string {
  return words.rules.lateness(
    durationWords(medianSeconds),
    durationWords(p90Seconds),
    durationWords(maxSeconds)
  )
}

function BacktestSum({ preview }: { readonly preview: RulePreview }) {
  const told = words.rules
  // As of the answer: it does not change while it is read.
  const { sinceMs, total, perYear, bars } = useMemo(
    () => backtestSum(preview, latestNow(preview)),
    [preview]
  )
  return (
    <>
      <p>
        {sinceMs === null
          ? told.backtestOfNothing
          : told.backtestSum(total, computeDay(sinceMs), perYear)}
      </p>
      <p class="soft">{told.backtestMeans}</p>
      {total === 0 ? null : <Bars bars={bars} />}
    </>
  )
}

/** The time in the theatres that have incidents: in a replay, that of the replay. */
function latestNow({ theatres }: RulePreview): number {
  return Math.max(
    ...theatres.filter(({ since }) => since !== null).map(({ theatre }) => nowIn(theatre))
  )
}

/** The last column is a bar too: the same for eyes and for who has it read. */
function Bars({ bars }: { readonly bars: readonly BacktestBar[] }) {
  const told = words.rules
  const most = Math.max(1, ...bars.map(({ total }) => total))
  return (
    <Figures
      isCaptioned
      class="backtest-bars"
      label={told.backtestBars}
      columns={[told.period, words.views.names.alerts, words.queueWork.groupings.severity]}
      rows={bars.map(({ period, total, alerts }) => ({
        key: period,
        cells: [
          period,
          total,
          <>
            <progress max={most} value={total} aria-hidden="true" />{' '}
            {alerts.map(({ severity, count }) => (
              <span key={severity} class={`severity of-${severity}`}>
                <span aria-hidden="true">{severityMarks[severity]}</span> {count}{' '}
                {words.severities[severity]}{' '}
              </span>
            ))}
          </>
        ]
      }))}
    />
  )
}

interface SketchesProps {
  readonly sign: string
  readonly title: string
  readonly sketches: readonly NamedSketch[]
  readonly picked: string | null
  readonly onPick: (id: string) => void
  /** Summary of them all; with it, each row shows how late it is. */
  readonly children?: ComponentChildren
}

function Sketches({ sign, title, sketches, picked, onPick, children }: SketchesProps) {
  if (sketches.length === 0) return null
  return (
    <>
      <h5>{title}</h5>
      {children}
      <ul class="sketches">
        {sketches.map(({ id, sketch, before }) => (
          <li key={id} id={`sketch-${id}`} class={id === picked ? 'is-picked' : ''}>
            <Button
              class="mark-event"
              aria-pressed={id === picked}
              aria-label={words.rules.markWhat(sketch.headline)}
              onClick={() => onPick(id)}
            >
              {words.onMap.mark}
            </Button>
            <span aria-hidden="true">{sign} </span>
            <Sketch sketch={sketch} />
            {children == null ? null : (
              <span class="soft"> · {words.rules.lateOne(durationWords(sketch.lateSeconds))}</span>
            )}
            {before === null ? null : (
              <span class="soft">
                {' '}
                {words.rules.was}: <Sketch sketch={before} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}

function Sketch({ sketch: { severity, headline, window } }: { readonly sketch: AlertSketch }) {
  return (
    <>
      <SeverityMark severity={severity} /> <bdi>{headline}</bdi>{' '}
      <span class="soft">({windowWords(window)})</span>
    </>
  )
}

interface SketchMapProps {
  readonly label: string
  readonly sketches: readonly NamedSketch[]
  readonly picked: string | null
  readonly onPick: (id: string) => void
}

function SketchMap({ label, sketches, picked, onPick }: SketchMapProps) {
  const frames = mapFrames.value
  const places = useMemo(
    () => collectAlertPlaces(placedSketches(sketches), { frames, labelOf: () => '' }),
    [sketches, frames]
  )
  return (
    <MapView
      places={places}
      chosen={picked}
      label={label}
      fitOn={`${sketches[0]?.id} ${sketches.length} ${frames.size}`}
      onPick={id => {
        onPick(id)
        document.getElementById(`sketch-${id}`)?.scrollIntoView({ block: 'nearest' })
      }}
      describe={([id]) => describe(sketches.find(each => each.id === id))}
    />
  )
}

function describe(named: NamedSketch | undefined): string {
  if (named === undefined) return ''
  const { severity, headline, area } = named.sketch
  return words.map.alert(words.severities[severity], headline, placeWords({ area }))
}

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
  readonly chart: Charted
  readonly isOld: boolean
}

function Drawn({ chart: { points, measure, threshold }, isOld }: DrawnProps) {
  const [room, width] = useWidth()
  const told = words.rules.chart
  const greatest = Math.max(...points.map(point => Math.max(point.value, point.threshold)))
  const scale = computeScale(greatest)
  const [first = 0, last = 0] = [points[0]?.ms, points.at(-1)?.ms]
  const fromMs = Math.min(first, last - spanMin) - marginMs
  const base = top + high
  const axis = makeAxis(fromMs, last + 1, left, width - 12)
  const { x, right } = axis
  const y = (value: number) => base - (value / (scale.at(-1) ?? 1)) * high
  return (
    <figure class={`rule-chart slim ${isOld ? 'is-old' : ''}`} ref={room}>
      <figcaption>
        <strong>{measure}</strong> <span class="soft">{isOld ? told.old : told.means}</span>
      </figcaption>
      <Chart width={width} high={base + 22} label={told.label(points.length, threshold)}>
        <Scale counts={scale} {...axis} at={y} />
        <Days {...axis} y={base + 17} most={Math.max(2, Math.floor(width / 110))} />
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
      </Chart>
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
