// The map of a list: its places, what is chosen among them, and what the keyboard points at.

import type { GeoJSONSource, PointLike } from 'maplibre-gl'
import { actedNumbers } from '../../map/acted-numbers.ts'
import {
  type BaseMap,
  type Corner,
  collection,
  type Feature,
  type Features,
  type Point
} from '../../map/base-map.ts'
import { areAllDrawn, circlesIn } from '../../map/drawn-circles.ts'
import { type ExtentMark, extentPoints, extentsAt, seenFromPx } from '../../map/extent-marks.ts'
import { isSpeck, maxZoom, nearestZoom } from '../../map/framing.ts'
import { type Bounds, type GatheredMark, gatherMarks } from '../../map/gathered-marks.ts'
import { type LooseIncidents, noLoose } from '../../map/loose-incidents.ts'
import { areaAnchors, type MarkStop, stopsOf } from '../../map/mark-stops.ts'
import { pickedMarks } from '../../map/picked-marks.ts'
import { areaBounds } from '../../map/pointed-place.ts'
import { pointsOf, type ShownPlaces } from '../../map/shown-places.ts'
import { type Severity, severityMarks } from '../../shown/shown-alert.ts'
import { words } from '../../words/words.ts'
import { colourOf, coloursOf, extentsFrom, markOpacity } from './map-style.ts'
import { fitting, openLibreMap } from './open-map.ts'

export interface MapCanvas {
  readonly drawn: Promise<void>
  show(places: ShownPlaces, chosen: string | null, more?: MarkedMore): void
  fit(bounds: ShownPlaces['bounds']): void
  /** Brings what is chosen into view, if it has a place and is not in view. */
  reveal(id: string): void
  /** Shows all of an outline, if a part of it is not in view. */
  frame(bounds: Bounds): void
  recolour(): void
  readonly stops: () => readonly MarkStop[]
  readonly centre: () => Corner
  /** Marks where the keyboard is, and brings it into view. */
  point(stop: MarkStop | null): void
  /** As a press on it: parts what is gathered, else picks it. Returns whether it was picked. */
  open(stop: MarkStop): boolean
  zoom(by: 1 | -1): void
  pan(x: number, y: number): void
  close(): void
}

export interface MarkedMore {
  /** What something is to be done with, each with its number. */
  readonly acted?: readonly string[] | undefined
  /** What is selected in the list. */
  readonly picked?: ReadonlySet<string> | undefined
  /** Incidents that have raised no alert. */
  readonly loose?: LooseIncidents | undefined
}

export interface MapCanvasOptions {
  readonly bounds: ShownPlaces['bounds']
  /** `here`: all marks that lie there, the one meant among them; empty for an area. */
  readonly onPick: (id: string, here: readonly string[]) => void
  /** Marks that lie on one another are one, with their count. */
  readonly gathers: boolean
}

const none: ReadonlySet<string> = new Set()

/** A finger, or a hand that shakes, means a mark this near, px. */
const nearPx = 8
/**
 * This far from an edge a mark is seen, as a share of the view; and from its foot, where words and
 * the scale stand, px.
 */
const edge = 0.08
const footPx = 44

/** Rejects if the browser has no WebGL. */
export async function openMap(
  container: HTMLElement,
  base: BaseMap,
  { bounds, onPick, gathers }: MapCanvasOptions
): Promise<MapCanvas> {
  // At once where the places are: the whole world is the slowest view to draw.
  const view =
    bounds === null
      ? { center: [0, 15] as [number, number], zoom: 1.5 }
      : { bounds: [...bounds] as never }
  const { map, drawn, isReady, recolour } = await openLibreMap(container, base, view)
  let last:
    | (Required<MarkedMore> & { readonly places: ShownPlaces; readonly chosen: string | null })
    | null = null
  let pointed: MarkStop | null = null
  let gathered: readonly GatheredMark[] = []
  let extents: readonly ExtentMark[] = []
  let circled: ReadonlySet<Feature<Point>> | null = null
  let anchors: ReadonlyMap<string, Corner> | null = null
  /** By source, what it holds: it is not given twice. */
  const held = new Map<string, unknown>()
  const fill = (source: string, data: unknown): void => {
    if (held.get(source) === data) return
    held.set(source, data)
    map.getSource<GeoJSONSource>(source)?.setData(data as never)
  }
  // A mark lies above the circle or the area that it is in.
  const idAt = (point: PointLike): string | null => {
    const [mark] = map.queryRenderedFeatures(point, { layers: ['centres'] })
    const [found] =
      mark === undefined
        ? map.queryRenderedFeatures(point, { layers: ['extents', 'extent-circles'] })
        : [mark]
    if (found !== undefined) return String(found.properties.id)
    const [area] = map.queryRenderedFeatures(point, { layers: ['areas'] })
    return last?.places.areas[String(area?.properties.code)]?.id ?? null
  }
  /**
   * Single marks at a point, the uppermost first; where none is, those around it, else what is
   * known to be around it alone.
   */
  const idsNear = ({ x, y }: Spot): readonly string[] => {
    const idsIn = (at: PointLike | [PointLike, PointLike], layers: string[]) => [
      ...new Set(
        map.queryRenderedFeatures(at, { layers }).map(({ properties }) => String(properties.id))
      )
    ]
    const marks = idsIn([x, y], ['centres'])
    const near = marks.length > 0 ? marks : idsIn(around(x, y), ['centres'])
    return near.length > 0 ? near : idsIn([x, y], ['extents', 'extent-circles'])
  }
  /** What is gathered there; null for a single mark. */
  const gatheringAt = (point: PointLike): GatheredMark | null => {
    const [found] = map.queryRenderedFeatures(point, { layers: ['gathered', 'centres', 'extents'] })
    if (found === undefined || found.layer.id === 'centres') return null
    const there = (found.layer.id === 'gathered' ? gathered : extents)[Number(found.properties.at)]
    return there === undefined || there.count === 1 ? null : there
  }
  const idsWithin = ([west, south, east, north]: Bounds): readonly string[] => {
    const isIn = ([lon, lat]: Corner) => lon >= west && lon <= east && lat >= south && lat <= north
    const marks =
      last === null
        ? []
        : pointsOf(last.places).filter(({ geometry }) => isIn(geometry.coordinates))
    return [...new Set(marks.map(({ properties }) => String(properties.id)))]
  }
  // What is gathered still at the nearest view is in one place: its gravest is opened.
  const part = ({ bounds: around }: Pick<GatheredMark, 'bounds'>): boolean => {
    if (map.getZoom() >= maxZoom) return false
    map.fitBounds([...around], { padding: 60, maxZoom, animate: false })
    return true
  }
  map.on('click', ({ point }) => {
    if (!isReady()) return
    const gathering = gatheringAt(point)
    const here = idsNear(point)
    const id = here[0] ?? idAt(point)
    // Extents around one middle come apart in no nearer view.
    const isOnePlace = gathering !== null && 'isFramed' in gathering && isOnePoint(gathering.bounds)
    if (gathering !== null)
      (!isOnePlace && part(gathering)) ||
        onPick(String(gathering.mark.properties.id), gathering.ids)
    else if (id !== null) onPick(id, here)
  })
  map.on('mousemove', ({ point }) => {
    if (!isReady()) return
    map.getCanvas().style.cursor =
      idAt(point) === null && gatheringAt(point) === null ? '' : 'pointer'
  })
  const drawMarks = (): void => {
    const marks = last?.places.centres
    if (!gathers || marks === undefined || !isReady()) return
    gathered = gatherMarks(marks.features, map.getZoom())
    fill(
      'centres',
      collection(gathered.filter(({ count }) => count === 1).flatMap(({ marks }) => marks))
    )
    fill('gathered', gatheringsOf(gathered))
  }
  const drawCircles = ({ places }: NonNullable<typeof last>): void => {
    const view = map.getBounds()
    const drawn = circlesIn(
      places,
      [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()],
      map.getZoom()
    )
    circled = drawn.of
    fill('circles', drawn.circles)
  }
  const drawExtents = (): void => {
    const { features = [] } = last?.places.extents ?? {}
    if (!isReady()) return
    extents = extentsAt(features, map.getZoom(), circled)
    fill('extents', extentPoints(extents, extentWords))
    const seen = extentsFrom(seenFromPx(map.getZoom()))
    map.setFilter('extent-circles', seen)
    map.setFilter('extent-lines', seen)
  }
  map.on('zoomend', () => {
    drawMarks()
    drawExtents()
    drawEyes()
  })
  // Where not all can be drawn, those are that are in view.
  map.on('moveend', () => {
    if (last === null || !isReady() || areAllDrawn(last.places)) return
    drawCircles(last)
    drawExtents()
    drawEyes()
  })
  /** The rings around what is chosen, and around what the keyboard points at. */
  const drawEyes = (): void => {
    if (last === null || !isReady()) return
    const { places, chosen, acted, picked = none } = last
    const isChosen = ({ properties }: Feature<Point>) => properties.id === chosen
    const eye = (kind: string, coordinates: Corner, said = ''): Feature<Point> => ({
      type: 'Feature',
      properties: { kind, said },
      geometry: { type: 'Point', coordinates }
    })
    const eyes =
      chosen === null
        ? []
        : places.centres.features
            .filter(isChosen)
            .map(each => eye('chosen', each.geometry.coordinates))
    const framed =
      chosen === null
        ? undefined
        : extents.find(({ isFramed, ids }) => isFramed && ids.includes(chosen))
    if (framed !== undefined) eyes.push(eye('framed', framed.mark.geometry.coordinates))
    // An extent that is seen is pointed at by its edge.
    const edge = extents.find(
      ({ isFramed, ids }) => !isFramed && pointed?.withinKm != null && ids.includes(pointed.id)
    )
    if (pointed !== null && pointed.code === null && edge === undefined)
      eyes.push(eye('pointed', pointed.at))
    map.setFilter('pointed-extent', [
      'all',
      ['==', ['get', 'isExtent'], true],
      ['==', ['get', 'id'], edge === undefined ? '-' : (pointed?.id ?? '-')]
    ])
    for (const { at, count, of, hasMark } of pickedMarks(places, picked, {
      gathered,
      extents,
      anchors: anchorsNow()
    })) {
      if (hasMark) eyes.push(eye(of === 1 ? 'picked' : 'picked-many', at))
      eyes.push(
        eye('picked-words', at, of === 1 ? '✓' : `✓ ${count.toLocaleString(words.language)}`)
      )
    }
    for (const { at, numbers, isOfExtent } of actedNumbers(places, acted ?? [], extents)) {
      const said = numbers.map(each => each.toLocaleString(words.language)).join(' + ')
      eyes.push(eye(isOfExtent ? 'acted-extent' : 'acted', at, said))
    }
    fill('eyes', collection(eyes))
    const codes = chosen === null ? [] : (places.areasOf[chosen] ?? [])
    map.setFilter('chosen-areas', ['in', ['get', 'code'], ['literal', [...codes]]])
    map.setFilter('pointed-area', ['==', ['get', 'code'], pointed?.code ?? '-'])
  }
  const drawAreas = ({ areas }: ShownPlaces): void => {
    const colours = coloursOf(container)
    const shades = Object.entries(areas).flatMap(([code, { kind }]) => [
      code,
      colourOf(colours, kind)
    ])
    map.setFilter('areas', ['in', ['get', 'code'], ['literal', Object.keys(areas)]])
    if (shades.length > 0)
      map.setPaintProperty('areas', 'fill-color', [
        'match',
        ['get', 'code'],
        ...shades,
        colours.accent
      ] as never)
  }
  const draw = (): void => {
    if (last === null || !isReady()) return
    const { places, chosen } = last
    fill('shapes', places.shapes)
    fill('loose', last.loose?.points)
    fill('loose-circles', last.loose?.circles)
    if (held.get('circle-points') !== places.circles) drawCircles(last)
    held.set('circle-points', places.circles)
    if (held.get('extent-points') !== places.extents) drawExtents()
    held.set('extent-points', places.extents)
    if (!gathers) fill('centres', places.centres)
    else if (held.get('marks') !== places.centres) drawMarks()
    held.set('marks', places.centres)
    if (held.get('areas') !== places.areas) drawAreas(places)
    held.set('areas', places.areas)
    const isChosen = ['==', ['get', 'id'], chosen ?? ''] as never
    map.setPaintProperty('centres', 'circle-radius', ['case', isChosen, 12, 8])
    map.setPaintProperty('centres', 'circle-opacity', ['case', isChosen, 0.9, markOpacity])
    map.setLayoutProperty('centres', 'circle-sort-key', ['case', isChosen, 9, ['get', 'rank']])
    map.setPaintProperty('circle-lines', 'line-width', ['case', isChosen, 3.5, 1.5])
    map.setPaintProperty('extent-lines', 'line-width', ['case', isChosen, 4, 2])
    drawEyes()
  }
  const isSeen = (at: Corner): boolean => {
    // The page may have given it another size just now.
    map.resize()
    const { x, y } = map.project(at)
    const { clientWidth: width, clientHeight: height } = container
    return (
      x > width * edge &&
      x < width * (1 - edge) &&
      y > height * edge &&
      y < Math.min(height * (1 - edge), height - footPx)
    )
  }
  const isTooSmall = ([west, south, east, north]: Bounds): boolean => {
    const [from, to] = [map.project([west, north]), map.project([east, south])]
    return isSpeck(Math.max(to.x - from.x, to.y - from.y), container.clientWidth, map.getZoom())
  }
  const fitTo = (bounds: Bounds): void => {
    map.fitBounds([...bounds], { ...fitting, maxZoom: nearestZoom(bounds), animate: false })
  }
  const bringIn = (at: Corner): void => {
    if (!isSeen(at)) map.jumpTo({ center: at })
  }
  const anchorsNow = () => {
    anchors ??= areaAnchors(base.land)
    return anchors
  }
  return {
    drawn,
    show: (places, chosen, { acted = [], picked = none, loose = noLoose } = {}) => {
      last = { places, chosen, acted, picked, loose }
      draw()
    },
    fit: around => {
      const bounds = around ?? areaBounds(base.land, Object.keys(last?.places.areas ?? {}))
      if (bounds !== null) fitTo(bounds)
    },
    reveal: id => {
      const mark =
        last === null
          ? undefined
          : pointsOf(last.places).find(({ properties }) => properties.id === id)
      const at = mark?.geometry.coordinates ?? anchorsNow().get(last?.places.areasOf[id]?.[0] ?? '')
      if (at !== undefined) bringIn(at)
    },
    frame: ([west, south, east, north]) => {
      if (
        !isSeen([west, south]) ||
        !isSeen([east, north]) ||
        isTooSmall([west, south, east, north])
      )
        fitTo([west, south, east, north])
    },
    recolour: () =>
      recolour(() => {
        held.clear()
        draw()
      }),
    stops: () =>
      last === null ? [] : stopsOf(last.places, anchorsNow(), map.getZoom(), last.loose),
    centre: () => map.getCenter().toArray(),
    point: stop => {
      pointed = stop
      drawEyes()
      if (stop !== null) bringIn(stop.at)
    },
    open: stop => {
      // What lies at one place comes apart in no nearer view.
      const isOnePlace = (!gathers || stop.withinKm !== null) && isOnePoint(stop.bounds)
      if (stop.code === null && stop.count > 1 && !isOnePlace && part(stop)) return false
      if (stop.isLoose) return false
      onPick(stop.id, stop.code === null ? idsWithin(stop.bounds) : [])
      return true
    },
    zoom: by =>
      map.jumpTo({ zoom: map.getZoom() + by, ...(pointed === null ? {} : { center: pointed.at }) }),
    pan: (x, y) => map.panBy([x, y], { animate: false }),
    close: () => map.remove()
  }
}

type Spot = Readonly<Record<'x' | 'y', number>>

function isOnePoint([west, south, east, north]: Bounds): boolean {
  return west === east && south === north
}

function around(x: number, y: number): [PointLike, PointLike] {
  return [
    [x - nearPx, y - nearPx],
    [x + nearPx, y + nearPx]
  ]
}

/** How wide it is, or how many are there, and the gravest as a shape. */
function extentWords({ mark, count }: ExtentMark): string {
  const said =
    count === 1
      ? words.place.within(Number(mark.properties.km))
      : count.toLocaleString(words.language)
  return `${severityMarks[mark.properties.kind as Severity] ?? ''} ${said}`.trim()
}

/** How many, and the gravest as shape and colour. */
function gatheringsOf(gathered: readonly GatheredMark[]): Features<Point> {
  const features = gathered.flatMap(({ mark, count }, at) => {
    if (count === 1) return []
    const { kind, rank } = mark.properties
    const said = `${severityMarks[kind as Severity] ?? ''}\n${count.toLocaleString(words.language)}`
    return [{ ...mark, properties: { at, kind: String(kind), rank: Number(rank), count, said } }]
  })
  return collection(features)
}
