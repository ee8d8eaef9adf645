// The frame that stands on a map for an extent too small to be seen: four corners, so that it is no
// mark of a place.

import type { Map as LibreMap } from 'maplibre-gl'
import { severities } from '../../shown/shown-alert.ts'
import { colourOf, type MapColours } from './map-style.ts'

/** As large as what is pressed by a finger may be. */
const sidePx = 40
const cornerPx = 9
/** Drawn twice as fine, for screens that show it. */
const fineness = 2

/**
 * Gives a map that has just taken a style its frames: one for each severity and role, and the one
 * around what is chosen.
 */
export function addFrameImages(map: LibreMap, colours: MapColours): void {
  for (const kind of [...severities, 'trigger', 'support'])
    addFrame(map, `frame-${kind}`, {
      colour: colourOf(colours, kind),
      around: colours.land,
      widthPx: 2.5,
      insetPx: 4
    })
  addFrame(map, 'frame-chosen', {
    colour: colours.text,
    around: colours.land,
    widthPx: 5,
    insetPx: 3
  })
}

interface Frame {
  readonly colour: string
  /** Between it and what lies below it. */
  readonly around: string
  readonly widthPx: number
  readonly insetPx: number
}

function addFrame(map: LibreMap, name: string, { colour, around, widthPx, insetPx }: Frame): void {
  const canvas = document.createElement('canvas')
  canvas.width = sidePx * fineness
  canvas.height = sidePx * fineness
  const pen = canvas.getContext('2d')
  if (pen === null) return
  pen.scale(fineness, fineness)
  pen.fillStyle = colour
  pen.globalAlpha = 0.12
  pen.fillRect(insetPx, insetPx, sidePx - 2 * insetPx, sidePx - 2 * insetPx)
  pen.globalAlpha = 1
  for (const [stroke, width] of [
    [around, widthPx + 2.5],
    [colour, widthPx]
  ] as const) {
    pen.strokeStyle = stroke
    pen.lineWidth = width
    for (const turn of [0, 1, 2, 3]) corner(pen, turn, insetPx)
  }
  map.addImage(name, pen.getImageData(0, 0, canvas.width, canvas.height), { pixelRatio: fineness })
}

function corner(pen: CanvasRenderingContext2D, turn: number, insetPx: number): void {
  pen.save()
  pen.translate(sidePx / 2, sidePx / 2)
  pen.rotate((turn * Math.PI) / 2)
  const [near, far] = [insetPx - sidePx / 2, insetPx - sidePx / 2 + cornerPx]
  pen.beginPath()
  pen.moveTo(near, far)
  pen.lineTo(near, near)
  pen.lineTo(far, near)
  pen.stroke()
  pen.restore()
}
