// A map on which one place is pointed at: the one in its middle. What is typed already is marked on
// it.

import type { GeoJSONSource } from 'maplibre-gl'
import { type BaseMap, type Corner, collection } from '../../map/base-map.ts'
import { areaAt, countryBounds, type Pointed, zoomFor } from '../../map/pointed-place.ts'
import { circleAround } from '../../map/shown-places.ts'
import { fitting, openLibreMap } from './open-map.ts'

export interface PlaceView {
  readonly lat: number
  readonly lon: number
  readonly zoom: number
  /** Code of the area in the middle. */
  readonly area: string | null
}

interface PlaceCanvas {
  readonly drawn: Promise<void>
  /** Marks what is typed, and turns to it. */
  mark(typed: Pointed | null): void
  goCountry(country: string): void
  zoom(by: 1 | -1): void
  recolour(): void
  close(): void
}

interface PlaceOptions {
  readonly typed: Pointed | null
  readonly country: string
  readonly label: string
  /** The middle has come to rest. */
  readonly onView: (view: PlaceView) => void
}

/** A typed place nearer than this to the middle is there, degrees: decimals were dropped. */
const sameDegrees = 0.05

export async function openPlaceMap(
  container: HTMLElement,
  base: BaseMap,
  { typed, country, label, onView }: PlaceOptions
): Promise<PlaceCanvas | null> {
  const around = typed === null ? countryBounds(base.land, country) : null
  const start =
    typed === null
      ? { center: [10, 12] as [number, number], zoom: 2 }
      : { center: [typed.lon, typed.lat] as Corner, zoom: zoomFor(typed) }
  const opened = await openLibreMap(container, base, {
    view: around === null ? start : { bounds: [...around] as never },
    label,
    isPointed: true
  })
  if (opened === null) return null
  const { map, drawn, isReady, recolour } = opened
  let marked: Pointed | null = null
  const view = (): void => {
    const [lon, lat] = map.getCenter().wrap().toArray()
    onView({ lat, lon, zoom: map.getZoom(), area: areaAt(base.land, [lon, lat]) })
  }
  map.on('moveend', view)
  map.on('click', ({ lngLat }) => map.jumpTo({ center: lngLat }))
  const draw = (): void => {
    if (!isReady()) return
    const properties = { id: 'typed', kind: 'typed', rank: 0, isExtent: false }
    const circles =
      marked === null || marked.km === null ? [] : [circleAround(marked.lat, marked.lon, marked.km)]
    const rings = circles.map(ring => ({
      type: 'Feature' as const,
      properties,
      geometry: { type: 'Polygon' as const, coordinates: [ring] }
    }))
    const at: Corner[] = marked === null ? [] : [[marked.lon, marked.lat]]
    const points = at.map(coordinates => ({
      type: 'Feature' as const,
      properties,
      geometry: { type: 'Point' as const, coordinates }
    }))
    map.getSource<GeoJSONSource>('circles')?.setData(collection(rings) as never)
    map.getSource<GeoJSONSource>('dots')?.setData(collection(points) as never)
  }
  view()
  return {
    drawn,
    mark: place => {
      marked = place
      draw()
      if (place === null) return
      const { lat, lng } = map.getCenter()
      const isHere =
        Math.abs(lat - place.lat) < sameDegrees && Math.abs(lng - place.lon) < sameDegrees
      if (!isHere)
        map.jumpTo({
          center: [place.lon, place.lat],
          zoom: Math.max(map.getZoom(), zoomFor(place))
        })
    },
    goCountry: code => {
      const bounds = countryBounds(base.land, code)
      if (bounds !== null) map.fitBounds([...bounds], { ...fitting, animate: false })
    },
    zoom: by => map.jumpTo({ zoom: map.getZoom() + by }),
    recolour: () => recolour(draw),
    close: () => map.remove()
  }
}
