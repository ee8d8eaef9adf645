// The map of the alerts in the list: the same filter, the same choice, and of the chosen alert its
// shape.

import { computed, signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { areAllDrawn } from '../../map/drawn-circles.ts'
import type { Bounds } from '../../map/gathered-marks.ts'
import { type PatternShapes, shapesOf } from '../../map/shapes/pattern-shapes.ts'
import { boundsOf, circlesMax, offMapOf, placesOfAlerts } from '../../map/shown-places.ts'
import { address, setAddress } from '../../state/address.ts'
import { detail } from '../../state/alert-detail.ts'
import { chosenId, picture } from '../../state/console-state.ts'
import { loose } from '../../state/queue/loose-incidents.ts'
import { mapped, returnTo } from '../../state/queue-state.ts'
import { selection } from '../../state/selection.ts'
import { incidentWords, placeWords } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'
import { LooseLayer } from './loose-layer.tsx'
import { mapTowns } from './map-files.ts'
import { MapView } from './map-view.tsx'
import { ShapeWords } from './shape-words.tsx'

/**
 * Beside the list only where there is room for both, unless the address says otherwise; beside an
 * alert there alone.
 */
const room = matchMedia('(min-width: 75rem)')
/** A window is made narrow, and a page larger, while an alert is open. */
const isRoomy = signal(room.matches)
room.addEventListener('change', ({ matches }) => {
  isRoomy.value = matches
})

export const isMapShown = computed(() => {
  const asked = address.value.get('map')
  if (chosenId.value !== null && !isRoomy.value) return false
  return asked === null ? isRoomy.value : asked === 'yes'
})

export function MapToggle() {
  if (chosenId.value !== null && !isRoomy.value) return null
  return (
    <button
      type="button"
      aria-pressed={isMapShown.value}
      onClick={() => setAddress({ map: isMapShown.value ? 'no' : 'yes' })}
    >
      {words.map.show}
    </button>
  )
}

/** The chosen alert, once it is there whole. */
const chosenWhole = computed(() => {
  const shown = detail.value
  return shown.kind === 'shown' && shown.id === chosenId.value ? shown.alert : null
})

/** Its shapes. */
const chosenShapes = computed(() =>
  chosenWhole.value === null ? null : shapesOf(chosenWhole.value, mapTowns.value)
)

const picked = computed<ReadonlySet<string>>(() => new Set(selection.value.keys()))

function describe(id: string): string {
  const alert = picture.alerts.get(id)
  if (alert === undefined) {
    const incident = loose.peek().incidents.find(({ incidentId }) => incidentId === id)
    return incident === undefined ? '' : incidentWords(incident)
  }
  const said = words.map.alert(words.severities[alert.severity], alert.headline, placeWords(alert))
  return selection.peek().has(id) ? words.map.selected(said) : said
}

/** To its row in the list, or to the list. */
function leave(id: string | null): void {
  const chosen = chosenId.peek()
  if (chosen !== null)
    document.querySelector<HTMLElement>(`[data-alert="${CSS.escape(chosen)}"]`)?.focus()
  else if (id === null) document.getElementById('queue-title')?.focus()
  else returnTo.value = id
}

/** Ten thousand places are not made, each second, of a map that nobody sees. */
export function Overview() {
  return isMapShown.value ? <ShownOverview /> : null
}

/**
 * Where shapes lie. Apart from where alerts can be seen, which it would keep as they were until
 * other shapes are shown.
 */
function useFrame(shapes: PatternShapes | null): Bounds | null {
  return useMemo(() => {
    const corners = shapes?.corners ?? []
    return corners.length === 0 ? null : boundsOf(corners)
  }, [shapes])
}

function ShownOverview() {
  const alerts = mapped.value
  const open = chosenWhole.value
  const places = useMemo(() => placesOfAlerts(alerts, open), [alerts, open])
  const isAllDrawn = areAllDrawn(places)
  const off = useMemo(() => offMapOf(alerts), [alerts])
  const shapes = chosenShapes.value
  const drawn = useMemo(
    () => (shapes === null ? places : { ...places, shapes: shapes.shapes }),
    [places, shapes]
  )
  const frame = useFrame(shapes)
  return (
    <MapView
      places={drawn}
      chosen={chosenId.value}
      frame={frame}
      gathers
      picked={picked.value}
      loose={loose.value}
      label={words.map.overview}
      // Once there is something to show, and then only the officer moves it.
      fitOn={String(alerts.length > 0)}
      onPick={id => setAddress({ alert: id }, { push: chosenId.peek() === null })}
      describe={describe}
      onLeave={leave}
    >
      {isAllDrawn ? null : <p>{words.map.bare(circlesMax)}</p>}
      {off.byCountry + off.nowhere === 0 ? null : (
        <p>{words.map.off(off.byCountry, off.nowhere)}</p>
      )}
      {picked.value.size === 0 ? null : <p>{words.map.picked}</p>}
      <ShapeWords said={shapes?.said ?? null} />
      <LooseLayer />
    </MapView>
  )
}
