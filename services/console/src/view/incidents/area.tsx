// One area: its incidents over time by category, its alerts as bands on the same days, its map and
// numbers; or all areas with their counts.

import '../../style/alert.css'
import '../../style/records.css'
import '../../style/area.css'
import { useMemo } from 'preact/hooks'
import {
  type AreaPicture,
  type Band,
  computeScale,
  dayMs,
  makeAreaPicture
} from '../../change/picture.ts'
import { collectAlertPlaces, computeDots } from '../../map/shown-places.ts'
import {
  type AreaCount,
  computePlaceKind,
  firstDayMs,
  makeAreaCounts
} from '../../records/incident.ts'
import { isOpen, type ShownAlert, type ShownIncident } from '../../shown/shown-alert.ts'
import { picture, pictureAge } from '../../state/console-state.ts'
import { openView } from '../../state/current-view.ts'
import {
  alertsOfArea,
  areaIncidentsMax,
  askedNowMs,
  incidentAsk,
  incidentsNear,
  incidentsOfArea,
  neighbours
} from '../../state/incidents.ts'
import { useResource } from '../../state/resource.ts'
import { formatPlaceName, incidentWords, readHeadline } from '../../words/alert-words.ts'
import { categoryWords, nameIn } from '../../words/code-names.ts'
import { capital } from '../../words/language/language.ts'
import { computeDay } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { MapView } from '../map/map-view.tsx'
import { mapFrames } from '../map/use-map.ts'
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
import { Figures } from '../parts/figures.tsx'
import { Failure, RecordList } from '../parts/records.tsx'
import { ViewLink, ViewPage } from '../parts/view-page.tsx'
import { IncidentRow, IncidentTools, placeTitle } from './incident-tools.tsx'

const askEveryMs = 60_000
const newestMax = 20

export function Area() {
  const { place } = incidentAsk.value
  return place === null ? <AllAreas /> : <OfPlace place={place} />
}

function AllAreas() {
  const { body } = useResource(incidentsOfArea, askEveryMs)
  const age = pictureAge.value
  const counts = useMemo(
    () => makeAreaCounts(body?.items ?? [], [...picture.alerts.values()]),
    [body, age]
  )
  const texts = words.area
  return (
    <ViewPage title={words.views.names.area} lead={texts.lead}>
      <IncidentTools hasFile={false} />
      <Failure failure={incidentsOfArea.state.value.failure} />
      {body === null ? (
        <p role="status">{words.views.asking}</p>
      ) : counts.length === 0 ? (
        <p role="status">{texts.none}</p>
      ) : (
        <AreaTable counts={counts} label={texts.allAreas} />
      )}
      {body === null || body.next === null ? null : (
        <p class="soft">{texts.notAll(areaIncidentsMax)}</p>
      )}
    </ViewPage>
  )
}

/** Those of the board are newer than those that were asked for. */
function alertsNow(asked: readonly ShownAlert[]): readonly ShownAlert[] {
  return asked.map(alert => picture.alerts.get(alert.alertId) ?? alert)
}

function OfPlace({ place }: { readonly place: string }) {
  const found = useResource(incidentsOfArea, askEveryMs)
  const asked = useResource(alertsOfArea, askEveryMs)
  const age = pictureAge.value
  const dayNow = Math.floor(askedNowMs.value / 86_400_000)
  const ask = incidentAsk.value
  const areAll = found.body?.next === null
  const alerts = useMemo(() => alertsNow(asked.body?.items ?? []), [asked.body, age])
  const drawn = useMemo(
    () =>
      makeAreaPicture({
        incidents: found.body?.items ?? [],
        areAll,
        alerts,
        fromMs: firstDayMs(ask, askedNowMs.peek()),
        nowMs: askedNowMs.peek()
      }),
    [found.body, alerts, ask, dayNow]
  )
  const shown = useMemo(
    () =>
      (found.body?.items ?? []).filter(({ occurred }) => Date.parse(occurred.from) >= drawn.fromMs),
    [found.body, drawn.fromMs]
  )
  return (
    <ViewPage title={placeTitle(place)}>
      <IncidentTools hasFile={shown.length > 0} />
      <Failure failure={found.failure ?? asked.failure} />
      <div class="area-page as-grid">
        <Bars drawn={drawn} isKnown={found.body !== null} areAll={areAll} />
        <aside>
          <AreaMap place={place} alerts={drawn.bands.map(({ alert }) => alert)} incidents={shown} />
          {found.body === null || asked.body === null ? null : <Numbers drawn={drawn} />}
          {found.body === null || neighbours.value.length === 0 ? null : (
            <Neighbours place={place} own={shown} />
          )}
        </aside>
      </div>
      <section class="card area-incidents" aria-label={words.area.listNames.incidents}>
        <h3>
          {words.area.listNames.incidents}{' '}
          <small>{words.area.newest(Math.min(newestMax, shown.length), shown.length)}</small>
          <span class="area-more push">
            <ViewLink to="incidents" members={{ item: place, list: null }}>
              {words.area.whole}
            </ViewLink>
            <ViewLink to="incidents" members={{ item: place, list: 'reports' }}>
              {words.area.listNames.reports}
            </ViewLink>
          </span>
        </h3>
        <RecordList
          of={incidentsOfArea}
          items={found.body === null ? null : shown.slice(0, newestMax)}
          keyOf={({ incidentId }) => incidentId}
          label={words.area.listNames.incidents}
          none={words.area.none}
          draw={incident => <IncidentRow incident={incident} />}
        />
      </section>
    </ViewPage>
  )
}

interface NeighboursProps {
  readonly place: string
  /** Of the place itself, which stands among them. */
  readonly own: readonly ShownIncident[]
}

function Neighbours({ place, own }: NeighboursProps) {
  const { body } = useResource(incidentsNear, askEveryMs)
  if (body === null) return null
  const texts = words.area
  const alerts = [...picture.alerts.values()]
  const counts = makeAreaCounts([...own, ...body.items], alerts, [place, ...neighbours.value])
  return (
    <section class="card">
      <h3>{texts.neighbours}</h3>
      <AreaTable counts={counts} label={texts.neighbours} own={place} />
      {body.next === null ? null : <p class="soft">{texts.notAll(areaIncidentsMax)}</p>}
    </section>
  )
}

interface BarsProps {
  readonly drawn: AreaPicture
  readonly isKnown: boolean
  readonly areAll: boolean
}

function Bars({ drawn, isKnown, areAll }: BarsProps) {
  const [room, width] = useWidth()
  const texts = words.area
  const { bucketDays, fromMs, toMs } = drawn
  return (
    <section class="card" aria-label={texts.titles[bucketDays]}>
      <h3>
        {texts.titles[bucketDays]}{' '}
        <small>{texts.span(computeDay(fromMs), computeDay(toMs - 1))}</small>
      </h3>
      <div ref={room}>
        {isKnown ? (
          <AreaChart drawn={drawn} width={width} />
        ) : (
          <p role="status">{words.views.asking}</p>
        )}
      </div>
      {!isKnown || areAll ? null : <p class="soft">{texts.notAll(areaIncidentsMax)}</p>}
    </section>
  )
}

function Numbers({ drawn: { incidents, before, deaths, bands } }: { readonly drawn: AreaPicture }) {
  const texts = words.area
  const open = bands.filter(({ alert }) => isOpen(alert)).length
  const than = before === null ? '' : `; ${texts.before(before)}`
  const numbers = [
    [incidents, `${texts.incidents(incidents)}${than}`],
    [deaths, texts.deaths],
    [bands.length, texts.alertCount(bands.length, open)]
  ] as const
  return (
    <section class="card area-numbers as-grid gap-3">
      {numbers.map(([number, what]) => (
        <div key={what}>
          <b>{number.toLocaleString(words.language)}</b>
          <span class="fine soft">{what}</span>
        </div>
      ))}
    </section>
  )
}

interface MapProps {
  readonly place: string
  readonly alerts: readonly ShownAlert[]
  readonly incidents: readonly ShownIncident[]
}

/** Its outline where it is a region, as of alerts that are known by area alone. */
function AreaMap({ place, alerts, incidents }: MapProps) {
  const frames = mapFrames.value
  const places = useMemo(() => {
    const placed = collectAlertPlaces(alerts.filter(isOpen), { frames, labelOf: formatPlaceName })
    const isRegion = computePlaceKind(place) === 'admin1'
    return {
      ...placed,
      dots: computeDots(incidents),
      areas: isRegion ? { [place]: 'minor', ...placed.areas } : placed.areas,
      bounds: (isRegion ? frames.get(place) : undefined) ?? placed.bounds
    }
  }, [place, alerts, incidents, frames])
  return (
    <MapView
      places={places}
      chosen={null}
      label={words.area.map(placeTitle(place))}
      fitOn={`${place} ${frames.size} ${incidents.length > 0}`}
      onPick={id => {
        if (picture.alerts.has(id)) openView('alerts', null, { members: { alert: id, days: null } })
      }}
      describe={([id = '']) => {
        const alert = picture.alerts.get(id)
        const incident = incidents.find(({ incidentId }) => incidentId === id)
        if (alert !== undefined) return readHeadline(alert)
        return incident === undefined ? null : incidentWords(incident)
      }}
    />
  )
}

interface AreaTableProps {
  readonly counts: readonly AreaCount[]
  readonly label: string
  /** The one that is open. */
  readonly own?: string
}

function AreaTable({ counts, label, own }: AreaTableProps) {
  const { columns } = words.area
  // The country is not said again.
  const findName = (place: string) =>
    (place.slice(0, 2) === own?.slice(0, 2) ? nameIn('areas', place) : undefined) ??
    placeTitle(place)
  const most = Math.max(1, ...counts.map(({ incidents }) => incidents))
  return (
    <Figures
      class="area-table"
      label={label}
      columns={[words.views.names.area, columns.openAlerts, columns.incidents, '']}
      rows={counts.map(({ place, incidents, openAlerts }) => ({
        key: place,
        cells: [
          place === own ? (
            <b>{findName(place)}</b>
          ) : (
            <ViewLink to="area" members={{ item: place }}>
              {findName(place)}
            </ViewLink>
          ),
          openAlerts,
          incidents,
          <progress max={most} value={incidents} aria-hidden="true" />
        ]
      }))}
    />
  )
}

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
  const axis = makeAxis(fromMs, toMs, left, right)
  const { x } = axis
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
      <Chart
        width={width}
        high={high}
        label={texts.described(
          ...([incidents, computeDay(fromMs), computeDay(toMs - 1)] as const),
          kinds.join(', ')
        )}
      >
        <Scale counts={barsHigh > 20 ? scale : [0]} {...axis} at={count => base - count * unit} />
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
          <Days {...axis} y={base + 16} most={isNarrow ? 3 : 6} />
        </g>
        {spans.length === 0 ? null : (
          <text class="name" x={left} y={unsureAt - 6}>
            {texts.unsure(spans.length)}
          </text>
        )}
        <UnsureDays spans={spans} y={unsureAt} />
      </Chart>
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
