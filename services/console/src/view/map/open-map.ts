// MapLibre as every map of the console uses it: flat, north up, its worker and its data from this
// origin alone.

import {
  AttributionControl,
  Map as LibreMap,
  type MapOptions,
  NavigationControl,
  ScaleControl,
  setWorkerUrl
} from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import type { BaseMap } from '../../map/base-map.ts'
import { maxZoom, regionZoom } from '../../map/framing.ts'
import { words } from '../../words/words.ts'
import { addFrameImages } from './frame-images.ts'
import { coloursOf, mapStyle } from './map-style.ts'

/** Room around the places, px, and the nearest view of a single one. */
export const fitting = { padding: 40, maxZoom: regionZoom }

export interface OpenedMap {
  readonly map: LibreMap
  /** Settles when all that is in view has been drawn. */
  readonly drawn: Promise<void>
  /** Whether layers can be filled and asked now: they cannot while the map takes other colours. */
  readonly isReady: () => boolean
  /**
   * Takes the colours that the page has now, if they are others; `redraw` then fills the layers
   * again.
   */
  readonly recolour: (redraw: () => void) => void
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

/** Resolves once layers can be filled; rejects if the browser has no WebGL. */
export async function openLibreMap(
  container: HTMLElement,
  base: BaseMap,
  view: Pick<MapOptions, 'bounds' | 'center' | 'zoom'>
): Promise<OpenedMap> {
  setWorkerUrl(new URL(workerUrl, document.baseURI).href)
  let colours = coloursOf(container)
  container.dataset.drawn = isDark(colours.land) ? 'dark' : 'light'
  const map = new LibreMap({
    container,
    style: mapStyle(base, colours),
    ...view,
    ...(view.bounds === undefined ? {} : { fitBoundsOptions: fitting }),
    maxZoom,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    locale: words.map.controls,
    // The view around it knows what is on the map: keys go to it.
    keyboard: false
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }))
  map.addControl(new ScaleControl({}))
  map.addControl(new AttributionControl({ compact: true }))
  keepTop(map)
  const canvas = map.getCanvas()
  canvas.tabIndex = -1
  canvas.removeAttribute('aria-label')
  canvas.setAttribute('role', 'presentation')
  const drawn = new Promise<void>(resolve => map.once('load', () => resolve()))
  await new Promise<void>(resolve => map.once('style.load', () => resolve()))
  addFrameImages(map, colours)
  let isReady = true
  const recolour = (redraw: () => void): void => {
    const now = coloursOf(container)
    if (JSON.stringify(now) === JSON.stringify(colours)) return
    colours = now
    container.dataset.drawn = isDark(colours.land) ? 'dark' : 'light'
    isReady = false
    map.once('style.load', () => {
      isReady = true
      addFrameImages(map, colours)
      redraw()
    })
    map.setStyle(mapStyle(base, colours), { diff: false })
  }
  return { map, drawn, isReady: () => isReady, recolour }
}

/**
 * Whether paper has to turn its colours around: there is no time to draw another map when a page is
 * printed.
 */
function isDark(colour: string): boolean {
  const pen = document.createElement('canvas').getContext('2d')
  if (pen === null) return false
  pen.fillStyle = colour
  pen.fillRect(0, 0, 1, 1)
  const [red = 255, green = 255, blue = 255] = pen.getImageData(0, 0, 1, 1).data
  return red + green + blue < 384
}
