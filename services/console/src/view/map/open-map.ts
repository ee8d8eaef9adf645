// MapLibre as every map of the console uses it: flat, north up, its worker and its data from this
// origin alone, in the colours of the page, with pictures that are drawn when they are asked for.

import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import 'maplibre-gl/dist/maplibre-gl.css'
import { GPUInitializationError, Map as LibreMap, type MapOptions, setWorkerUrl } from 'maplibre-gl'
import type { BaseMap } from '../../map/base-map.ts'
import { maxZoom, regionZoom } from '../../map/framing.ts'
import { type Glyph, glyphs, markShapes, markSide } from '../../shown/mark-shapes.ts'
import type { Severity } from '../../shown/shown-alert.ts'
import { type MapColours, mapStyle, readColours } from './map-style.ts'

/** Room around the places, px, and the nearest view of a single one. */
export const fitting = { padding: 48, maxZoom: regionZoom }

interface OpenedMap {
  readonly map: LibreMap
  /** Settles when all that is in view has been drawn. */
  readonly drawn: Promise<void>
  /** How large marks are drawn: on a wall larger than at a desk. */
  readonly scale: () => number
  /** Whether layers can be filled and asked now: they cannot while the map takes other colours. */
  readonly isReady: () => boolean
  /** Takes the page's colours, if changed; `redraw` then fills the layers again. */
  readonly recolour: (redraw: () => void) => void
}

interface OpenOptions {
  readonly view: Pick<MapOptions, 'bounds' | 'center' | 'zoom'>
  readonly label: string
  /** A place is pointed at: the middle is what is meant, and stays where it is. */
  readonly isPointed?: boolean
}

/** Marks stay under the hand when the page gives up room at its foot. */
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

/** Whether paper has to invert its colours: there is no time to draw a map for it. */
function isDark(colour: string): boolean {
  const [red = 255, green = 255, blue = 255] = colour.match(/\d+/g)?.map(Number) ?? []
  return red + green + blue < 384
}

const fineness = 2
/** Halo that separates a mark from its background, in its box. */
const haloWidth = 5
/** Of a mark in its box of 28 px: the graver, the larger. */
const sizes: Readonly<Record<Severity, number>> = {
  extreme: 1.14,
  severe: 1,
  moderate: 0.88,
  minor: 0.8
}
const dashedPx = 44
const platePx = 18

/** `mark-extreme-siege`, `dashed-severe`, `plate-5`, `town`, `capital`. */
function addImagesWhenAsked(map: LibreMap, coloursNow: () => MapColours): void {
  map.setMissingStyleImageResolver(id => {
    const colours = coloursNow()
    const [kind, severity, glyph] = id.split('-')
    const { scale } = colours
    if (kind === 'mark') drawMark(severity as Severity, glyph as Glyph)
    else if (kind === 'dashed') drawDashed(severity as Severity)
    else if (kind === 'plate') drawPlate(severity ?? '')
    else drawTown(kind === 'capital')

    function draw(side: number, draw: (pen: OffscreenCanvasRenderingContext2D) => void) {
      const px = Math.ceil(side * scale * fineness)
      const pen = new OffscreenCanvas(px, px).getContext('2d')
      if (pen === null) return
      pen.scale(scale * fineness, scale * fineness)
      draw(pen)
      map.addImage(id, pen.getImageData(0, 0, px, px), { pixelRatio: fineness })
    }

    function drawMark(of: Severity, glyph: Glyph): void {
      const side = (markSide + 2 * haloWidth) * sizes[of]
      const shape = new Path2D(markShapes[of])
      const { fill, line, ink } = colours[of]
      draw(side, pen => {
        pen.scale(sizes[of], sizes[of])
        pen.translate(haloWidth, haloWidth)
        pen.lineJoin = 'round'
        pen.lineCap = 'round'
        pen.lineWidth = haloWidth
        pen.strokeStyle = colours.halo
        pen.stroke(shape)
        pen.fillStyle = fill
        pen.fill(shape)
        pen.lineWidth = 2
        pen.strokeStyle = line
        pen.stroke(shape)
        pen.lineWidth = 1.7
        pen.strokeStyle = ink
        pen.stroke(new Path2D(glyphs[glyph]))
      })
    }

    function drawDashed(of: Severity): void {
      draw(dashedPx, pen => {
        pen.strokeStyle = colours[of].outline
        pen.lineWidth = 1.4
        pen.setLineDash([5, 4])
        pen.arc(dashedPx / 2, dashedPx / 2, dashedPx / 2 - 2, 0, 2 * Math.PI)
        pen.stroke()
      })
    }

    function drawPlate(count: string): void {
      const width = Math.max(platePx, 10 + 7 * count.length)
      draw(width, pen => {
        const middle = width / 2
        pen.beginPath()
        pen.roundRect(1, middle - platePx / 2 + 1, width - 2, platePx - 2, platePx / 2)
        pen.fillStyle = colours.halo
        pen.fill()
        pen.strokeStyle = colours.border
        pen.stroke()
        pen.font = `600 12px ${colours.font.join(', ')}`
        pen.textAlign = 'center'
        pen.textBaseline = 'middle'
        pen.fillStyle = colours.ink
        pen.fillText(count, middle, middle + 0.5)
      })
    }

    function drawTown(isCapital: boolean): void {
      draw(8, pen => {
        pen.beginPath()
        pen.fillStyle = isCapital ? colours.land : colours.town
        pen.strokeStyle = colours.town
        pen.lineWidth = 1.4
        if (isCapital) pen.rect(1, 1, 6, 6)
        else pen.arc(4, 4, 2, 0, 2 * Math.PI)
        pen.fill()
        if (isCapital) pen.stroke()
      })
    }
  })
}
