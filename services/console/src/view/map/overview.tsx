// The map of the alerts in the list: the same filter, the same choice, and of the chosen alert its
// shape. A card says what an alert on it is, in three lines.

import { computed, effect, signal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { type Bounds, computeBounds } from '../../map/base-map.ts'
import { computeShapes, type PatternShapes } from '../../map/evidence-steps.ts'
import { collectAlertPlaces, makeOffMap } from '../../map/shown-places.ts'
import type { ShownAlert } from '../../shown/shown-alert.ts'
import { detail } from '../../state/alert-detail.ts'
import { chosenId, nowIn, picture } from '../../state/console-state.ts'
import { openAlert, openView } from '../../state/current-view.ts'
import {
  areIncidentsShown,
  incidentDots,
  incidentsAsked,
  mapIncidents,
  showIncidents
} from '../../state/incidents.ts'
import { mapped } from '../../state/queue-state.ts'
import { askWhileSeen } from '../../state/resource.ts'
import { formatPlaceName, holderWords, incidentWords } from '../../words/alert-words.ts'
import { capital } from '../../words/language/language.ts'
import { waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertHeadline } from '../parts/alert-mark.tsx'
import { MapTool, ShapeWords } from './map-controls.tsx'
import { isMapShown } from './map-shown.tsx'
import { MapView } from './map-view.tsx'
import { mapFrames } from './use-map.ts'

/** The chosen alert, once it is there whole. */
const chosenWhole = computed(() => {
  const shown = detail.value
  return shown.kind === 'shown' && shown.id === chosenId.value ? shown.alert : null
})

const chosenShapes = computed(() =>
  chosenWhole.value === null ? null : computeShapes(chosenWhole.value)
)

/** The alert of the focused row: its mark shows its card, as on hover. */
const focused = signal<string | null>(null)
document.addEventListener('focusin', ({ target }) => {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-alert]') : null
  focused.value = row?.dataset.alert ?? null
})

/** Opens the area of an incident, which has no page. */
function openArea(incidentId: string): void {
  const incident = mapIncidents.state
    .peek()
    .body?.items.find(each => each.incidentId === incidentId)
  const place = incident?.place.admin1 ?? incident?.place.country
  if (place) openView('area', place)
}

function describe(ids: readonly string[]) {
  const [id = ''] = ids
  const alert = picture.alerts.get(id)
  if (alert !== undefined) return <AlertCard alert={alert} others={ids.length - 1} />
  const incident = mapIncidents.state.value.body?.items.find(({ incidentId }) => incidentId === id)
  return incident === undefined ? null : <bdi>{incidentWords(incident)}</bdi>
}

/** Always shown on the wall: ignores `map` in the address. */
export function WallMap() {
  return <ShownOverview />
}

/** Does not compute ten thousand places each second for a hidden map. */
export function Overview() {
  return isMapShown.value ? <ShownOverview /> : null
}

/** Bounds of the shapes. Separate: a closure with alerts in scope would retain old ones. */
function useFrame(shapes: PatternShapes | null): Bounds | null {
  return useMemo(() => {
    const corners = shapes?.corners ?? []
    return corners.length === 0 ? null : computeBounds(corners)
  }, [shapes])
}

const askEveryMs = 60_000
/** While alerts change, incidents come too. */
const askSoonMs = 3_000

/** Asks for incidents each minute, and soon after an alert has come or changed. */
function useIncidents(): void {
  const isDue = useRef(false)
  useEffect(() => {
    if (!areIncidentsShown.value) return
    const end = askWhileSeen(mapIncidents.load, askEveryMs)
    const stop = effect(() => {
      mapped.value
      if (isDue.current) return
      isDue.current = true
      setTimeout(() => {
        isDue.current = false
        void mapIncidents.load()
      }, askSoonMs)
    })
    return () => {
      end()
      stop()
    }
  }, [areIncidentsShown.value, incidentsAsked.value])
}

function IncidentsTool() {
  const isOn = areIncidentsShown.value
  return (
    <MapTool
      name="layers"
      label={words.map.tools.incidents}
      isOn={isOn}
      onPress={() => showIncidents(!isOn)}
    />
  )
}

function ShownOverview() {
  useIncidents()
  const { alerts, filter } = mapped.value
  const frames = mapFrames.value
  const shapes = chosenShapes.value
  const dots = incidentDots.value
  const placed = useMemo(
    () => collectAlertPlaces(alerts, { frames, labelOf: formatPlaceName }),
    [alerts, frames]
  )
  const off = useMemo(() => makeOffMap(alerts), [alerts])
  const places = useMemo(
    () => ({ ...placed, dots, ...(shapes === null ? {} : { shapes: shapes.shapes }) }),
    [placed, dots, shapes]
  )
  const frame = useFrame(shapes)
  // Once there is something to show, and when something else is asked for and has come.
  const fitOn = useMemo(
    () => JSON.stringify([alerts.length > 0, frames.size > 0, filter]),
    [alerts, filter, frames]
  )
  return (
    <MapView
      places={places}
      chosen={chosenId.value}
      pointed={focused.value}
      frame={frame}
      label={words.map.overview}
      fitOn={fitOn}
      onPick={id => {
        if (picture.alerts.has(id)) openAlert(id)
        else openArea(id)
      }}
      describe={describe}
      tools={<IncidentsTool />}
    >
      {off.byCountry + off.nowhere === 0 ? null : (
        <span>{words.map.off(off.byCountry, off.nowhere)}</span>
      )}
      <ShapeWords said={shapes?.said ?? null} />
    </MapView>
  )
}

interface AlertCardProps {
  readonly alert: ShownAlert
  /** How many others are gathered there. */
  readonly others: number
}

function AlertCard({ alert, others }: AlertCardProps) {
  const { theatre, severity, status, certainty, operator, times, evidenceCount } = alert
  const { card } = words.map
  const changed = waitWords(Math.max(0, nowIn(theatre) - Date.parse(times.detectedAt)))
  return (
    <>
      <b>
        <AlertHeadline alert={alert} />
      </b>
      <span class={`severity of-${severity}`}>{capital(words.severities[severity])}</span> ·{' '}
      {words.statuses[status].toLowerCase()}, {words.certainties[certainty].toLowerCase()}
      <span class="card-more faint">
        {capital(
          [
            holderWords(operator),
            card.changed(changed),
            card.incidents(evidenceCount.triggers + evidenceCount.support)
          ].join(' · ')
        )}
      </span>
      {others === 0 ? null : <span class="card-more faint">{capital(card.others(others))}</span>}
    </>
  )
}
