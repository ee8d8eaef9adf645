// The map of a list: its places, the chosen one, and the records under the pointer.

import type { GeoJSONSource, PointLike } from 'maplibre-gl'
import {
  type BaseMap,
  type Bounds,
  type Corner,
  collection,
  type Feature,
  type Point
} from '../../map/base-map.ts'
import { type Elsewhere, isSpeck, makeElsewhere, maxZoom } from '../../map/framing.ts'
import { type GatheredMark, gatherMarks, radiusPx } from '../../map/gathered-marks.ts'
import { computeCircle, type ShownPlaces } from '../../map/shown-places.ts'
import { fitting, openLibreMap } from './open-map.ts'

export interface MapCanvas {
  readonly drawn: Promise<void>
  show(places: ShownPlaces, chosen: string | null): void
  /** All that is shown, also when the officer has moved the map: from then on it fits again. */
  fit(): void
  /** Brings what is chosen into view, if it has a place and is not in view. */
  reveal(id: string): void
  /** Shows a whole outline, if some part is out of view. */
  frame(bounds: Bounds): void
  recolour(): void
  zoom(by: 1 | -1): void
  /** The records at a mark in view, as on hover. */
  find(id: string): Found | null
  /** The scale, to be put where there is room for it. */
  metresAcross(px: number): number
  close(): void
}

/** The records under the pointer, or at a mark. */
export interface Found {
  readonly ids: readonly string[]
  readonly x: number
  readonly y: number
}

interface MapCanvasOptions {
  readonly bounds: Bounds | null
  readonly label: string
  readonly onPick: (id: string) => void
  readonly onPoint: (found: Found | null) => void
  /** After each move and each change of what is shown. */
  readonly onView: (elsewhere: Elsewhere | null) => void
}

/** A finger, or a hand that shakes, means a mark this near, px. */
const nearPx = 8
/** This far from an edge a mark is seen, as a share of the view. */
const edge = 0.06
/** Maximum of circles drawn: the gravest in view. The list has all. */
const circlesMax = 500
/** A circle of a smaller radius is hidden by its mark, px. */
const hiddenPx = 20

/** No hover: the first press shows a card, a press on the card opens the record. */
const isTouched = matchMedia('(hover: none)')

/** Null if the browser has no WebGL. */
export async function openMap(
  container: HTMLElement,
  base: BaseMap,
  { bounds, label, onPick, onPoint, onView }: MapCanvasOptions
): Promise<MapCanvas | null> {
  // Opens at the places immediately: the whole world is the slowest view to draw.
  const view =
    bounds === null
      ? { center: [0, 15] as [number, number], zoom: 1.5 }
      : { bounds: [...bounds] as never }
  const opened = await openLibreMap(container, base, { view, label })
  if (opened === null) return null
  const { map, drawn, scale, isReady, recolour } = opened
  let last: { readonly places: ShownPlaces; readonly chosen: string | null } | null = null
  let gathered: readonly GatheredMark[] = []
  /** The officer has moved it: it stays where it is. */
  let isMoved = false
  /** Last data by source, to skip setting the same data twice. */
  const held = new Map<string, unknown>()
  const fill = (source: string, data: unknown): void => {
    if (held.get(source) === data) return
    held.set(source, data)
    map.getSource<GeoJSONSource>(source)?.setData(data as never)
  }
  const boundsNow = (): Bounds => {
    const now = map.getBounds()
    return [now.getWest(), now.getSouth(), now.getEast(), now.getNorth()]
  }
  const scaleNow = () => 2 ** map.getZoom()
  const wideAt = ({ properties, geometry }: Feature<Point>): number =>
    radiusPx(Number(properties.km), geometry.coordinates[1]) * scaleNow()

  const drawMarks = (): void => {
    if (last === null || !isReady()) return
    gathered = gatherMarks(last.places.marks.features, map.getZoom(), scale())
    fill(
      'marks',
      collection(
        gathered.map(({ mark, count }, at) => {
          const isDashed = mark.properties.isExtent === true && wideAt(mark) < hiddenPx
          return { ...mark, properties: { ...mark.properties, count, at, isDashed } }
        })
      )
    )
    const at = gathered.find(({ ids }) => ids.includes(last?.chosen ?? ''))
    const rings: Feature<Point>[] = at === undefined ? [] : [at.mark]
    const dot = last.places.dots.features.filter(({ properties }) => properties.id === last?.chosen)
    fill('rings', collection([...rings, ...dot]))
  }
  const drawCircles = (): void => {
    if (last === null || !isReady()) return
    const [west, south, east, north] = boundsNow()
    const isNear = ({ properties, geometry: { coordinates } }: Feature<Point>) => {
      const far = Number(properties.km) / 60
      const [lon, lat] = coordinates
      return lon + far > west && lon - far < east && lat + far > south && lat - far < north
    }
    const circles = [...last.places.dots.features, ...gathered.map(({ mark }) => mark)]
      .filter(mark => wideAt(mark) >= hiddenPx && isNear(mark))
      .slice(-circlesMax)
    fill('circles', collection(circles.map(computeCircle)))
  }
  const drawAreas = ({ areas, countries }: ShownPlaces): void => {
    const codes = Object.keys(areas)
    map.setFilter('areas', ['in', ['get', 'code'], ['literal', codes]])
    const ofCountry = ['slice', ['get', 'code'], 0, 2] as never
    map.setFilter('own-land', ['in', ofCountry, ['literal', [...countries]]] as never)
    const colours = map.getPaintProperty('circle-lines', 'line-color')
    if (codes.length > 0)
      map.setPaintProperty('areas', 'line-color', [
        'let',
        'kind',
        ['match', ['get', 'code'], ...Object.entries(areas).flat(), ''],
        ['match', ['var', 'kind'], ...(colours as unknown[]).slice(2)]
      ] as never)
  }
  const tellView = (): void => {
    if (last !== null) onView(makeElsewhere(last.places.marks.features, boundsNow()))
  }
  const draw = (): void => {
    if (last === null || !isReady()) return
    const { places } = last
    fill('shapes', places.shapes)
    fill('dots', places.dots)
    drawMarks()
    drawCircles()
    if (held.get('areas') !== places.areas) drawAreas(places)
    held.set('areas', places.areas)
    tellView()
  }
  map.on('zoomend', drawMarks)
  map.on('moveend', () => {
    drawCircles()
    tellView()
  })
  map.on('movestart', ({ originalEvent }) => {
    isMoved ||= originalEvent !== undefined
    onPoint(null)
  })

  const gatheringAt = (point: PointLike): GatheredMark | undefined => {
    const [found] = map.queryRenderedFeatures(point, { layers: ['marks'] })
    return found === undefined ? undefined : gathered[Number(found.properties.at)]
  }
  const dotAt = (point: PointLike | [PointLike, PointLike]): Feature<Point> | undefined => {
    const [found] = map.queryRenderedFeatures(point, { layers: ['dots'] })
    return last?.places.dots.features.find(
      ({ properties }) => properties.id === found?.properties.id
    )
  }
  const foundAt = (at: Corner, ids: readonly string[]): Found => ({ ids, ...convertXy(at) })
  const convertXy = (at: Corner) => {
    const { x, y } = map.project(at)
    return { x, y }
  }
  /** Zooms in until a gathered mark splits. False if it cannot split. */
  const part = ({ bounds: [west, south, east, north], count }: GatheredMark): boolean => {
    const isOnePlace = west === east && south === north
    if (count === 1 || isOnePlace || map.getZoom() >= maxZoom) return false
    isMoved = true
    map.fitBounds([west, south, east, north], { padding: 80, maxZoom, animate: false })
    return true
  }
  const lookAt = ({ x, y }: Readonly<Record<'x' | 'y', number>>) => {
    const box: [PointLike, PointLike] = [
      [x - nearPx, y - nearPx],
      [x + nearPx, y + nearPx]
    ]
    const gathering = gatheringAt([x, y]) ?? undefined
    const dot = gathering === undefined ? dotAt(box) : undefined
    const found =
      gathering !== undefined
        ? foundAt(gathering.mark.geometry.coordinates, gathering.ids)
        : dot !== undefined
          ? foundAt(dot.geometry.coordinates, [String(dot.properties.id)])
          : null
    return { gathering, found }
  }
  map.on('click', ({ point }) => {
    if (!isReady()) return
    const { gathering, found } = lookAt(point)
    if (gathering !== undefined && part(gathering)) return
    const id = found?.ids[0]
    if (isTouched.matches) onPoint(found)
    else if (id !== undefined) onPick(id)
  })
  map.on('mousemove', ({ point }) => {
    if (!isReady() || isTouched.matches) return
    const { found } = lookAt(point)
    map.getCanvas().style.cursor = found === null ? '' : 'pointer'
    onPoint(found)
  })
  map.on('mouseout', () => onPoint(null))

  const isSeen = (at: Corner): boolean => {
    const { clientWidth: width, clientHeight: height } = container
    const { clientWidth, clientHeight } = map.getCanvas()
    // The page may have given it another size just now.
    if (clientWidth !== width || clientHeight !== height) map.resize()
    const { x, y } = map.project(at)
    return (
      x > width * edge && x < width * (1 - edge) && y > height * edge && y < height * (1 - edge)
    )
  }
  const isTooSmall = ([west, south, east, north]: Bounds): boolean => {
    const [from, to] = [map.project([west, north]), map.project([east, south])]
    return isSpeck(Math.max(to.x - from.x, to.y - from.y), container.clientWidth, map.getZoom())
  }
  const fitTo = (around: Bounds): void => {
    map.fitBounds([...around], { ...fitting, animate: false })
  }
  const makeMark = (id: string) =>
    last?.places.marks.features.find(({ properties }) => properties.id === id)
  const fitAll = (): void => {
    if (last?.places.bounds != null) fitTo(last.places.bounds)
  }
  return {
    drawn,
    show: (places, chosen) => {
      const known = new Set(last?.places.marks.features.map(({ properties }) => properties.id))
      last = { places, chosen }
      const isOutside = places.marks.features.some(
        ({ properties, geometry }) => !known.has(properties.id) && !isSeen(geometry.coordinates)
      )
      if (isOutside && !isMoved) fitAll()
      draw()
    },
    fit: () => {
      isMoved = false
      fitAll()
    },
    reveal: id => {
      const at = makeMark(id)?.geometry.coordinates
      if (at !== undefined && !isSeen(at)) map.jumpTo({ center: at })
    },
    frame: around => {
      const [west, south, east, north] = around
      if (!isSeen([west, south]) || !isSeen([east, north]) || isTooSmall(around)) fitTo(around)
    },
    recolour: () =>
      recolour(() => {
        held.clear()
        draw()
      }),
    zoom: by => {
      isMoved = true
      map.zoomTo(map.getZoom() + by, { animate: false })
    },
    find: id => {
      const at = gathered.find(({ ids }) => ids.includes(id))?.mark.geometry.coordinates
      return at === undefined || !isSeen(at) ? null : foundAt(at, [id])
    },
    metresAcross: across => {
      const { lat } = map.getCenter()
      return (across * 1_000) / radiusPx(1, lat) / scaleNow()
    },
    close: () => map.remove()
  }
}
