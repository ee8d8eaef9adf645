// One area: its incidents over time by category, its alerts as bands beneath, its map and numbers;
// or all areas with their counts.

import '../../style/alert.css'
import '../../style/records.css'
import '../../style/area.css'
import { useMemo } from 'preact/hooks'
import { type AreaPicture, makeAreaPicture } from '../../change/picture.ts'
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
import { readHeadline } from '../../words/alert-texts.ts'
import { formatPlaceName, incidentWords } from '../../words/alert-words.ts'
import { nameIn } from '../../words/code-names.ts'
import { computeDay } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { MapView } from '../map/map-view.tsx'
import { mapFrames } from '../map/use-map.ts'
import { useWidth } from '../parts/chart.tsx'
import { Figures } from '../parts/figures.tsx'
import { Failure, RecordList } from '../parts/records.tsx'
import { ViewLink, ViewPage } from '../parts/view-page.tsx'
import { AreaChart } from './area-chart.tsx'
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
              {words.area.reportsOf}
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
      columns={[columns.area, columns.openAlerts, columns.incidents, '']}
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
