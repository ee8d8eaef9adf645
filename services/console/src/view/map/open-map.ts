// MapLibre as every map of the console uses it: flat, north up, its worker and its data from this
// origin alone.

import 'maplibre-gl/dist/maplibre-gl.css'
import { GPUInitializationError, Map as LibreMap, type MapOptions, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import type { BaseMap } from '../../map/base-map.ts'
import { maxZoom, regionZoom } from '../../map/framing.ts'
import { readColours } from './map-colours.ts'
import { mapStyle } from './map-style.ts'
import { addImagesWhenAsked } from './mark-images.ts'

/** Room around the places, px, and the nearest view of a single one. */
export const fitting = { padding: 48, maxZoom: regionZoom }

export interface OpenedMap {
  readonly map: LibreMap
  /** Settles when all that is in view has been drawn. */
  readonly drawn: Promise<void>
  /** How large marks are drawn: on a wall larger than at a desk. */
  readonly scale: () => number
  /** Whether layers can be filled and asked now: they cannot while the map takes other colours. */
  readonly isReady: () => boolean
  /**
   * Takes the colours that the page has now, if they are others; `redraw` then fills the layers
   * again.
   */
  readonly recolour: (redraw: () => void) => void
}

export interface OpenOptions {
  readonly view: Pick<MapOptions, 'bounds' | 'center' | 'zoom'>
  readonly label: string
  /** A place is pointed at: the middle is what is meant, and stays where it is. */
  readonly isPointed?: boolean
}

/**
 * A page that gives up room at its foot leaves the marks under the hand: by itself a map keeps its
 * middle.
 */
function keepTop(map: LibreMap): void {
  const element = map.getContainer()
  let [width, height] = [element.clientWidth, element.clientHeight]
  map.on('resize', () => {
    const grownPx = element.clientWidth === width ? element.clientHeight - height : 0
    width = element.clientWidth
    height = element.clientHeight
    if (grownPx !== 0) map.panBy([0, grownPx / 2], { animate: false })
  })
}

function makeMap(options: MapOptions): LibreMap | null {
  try {
    return new LibreMap(options)
  } catch (error) {
    if (error instanceof GPUInitializationError) return null
    throw error
  }
}

/** Resolves once layers can be filled; to null if the browser has no WebGL. */
export async function openLibreMap(
  container: HTMLElement,
  base: BaseMap,
  { view, label, isPointed = false }: OpenOptions
): Promise<OpenedMap | null> {
  setWorkerUrl(new URL(workerUrl, document.baseURI).href)
  let colours = readColours()
  container.dataset.drawn = isDark(colours.land) ? 'dark' : 'light'
  const map = makeMap({
    container,
    style: mapStyle(base, colours),
    ...view,
    ...(view.bounds === undefined ? {} : { fitBoundsOptions: fitting }),
    maxZoom,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0
  })
  if (map === null) return null
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  addImagesWhenAsked(map, () => colours)
  if (!isPointed) keepTop(map)
  map.getCanvas().setAttribute('aria-label', label)
  const drawn = new Promise<void>(resolve => map.once('load', () => resolve()))
  await new Promise<void>(resolve => map.once('style.load', () => resolve()))
  let isReady = true
  const recolour = (redraw: () => void): void => {
    const now = readColours()
    if (JSON.stringify(now) === JSON.stringify(colours)) return
    colours = now
    container.dataset.drawn = isDark(colours.land) ? 'dark' : 'light'
    isReady = false
    map.once('style.load', () => {
      isReady = true
      redraw()
    })
    map.setStyle(mapStyle(base, colours), { diff: false })
  }
  return { map, drawn, scale: () => colours.scale, isReady: () => isReady, recolour }
}

/**
 * Whether paper has to turn its colours around: there is no time to draw another map when a page is
 * printed.
 */
function isDark(colour: string): boolean {
  const [red = 255, green = 255, blue = 255] = colour.match(/\d+/g)?.map(Number) ?? []
  return red + green + blue < 384
}
