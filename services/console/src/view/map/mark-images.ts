// The pictures of the map, drawn when they are first asked for: marks of alerts, the plate of a
// count, signs of towns. Twice as fine as they are shown.

import type { Map as LibreMap } from 'maplibre-gl'
import { type Glyph, glyphs, markShapes, markSide } from '../../shown/mark-shapes.ts'
import type { Severity } from '../../shown/shown-alert.ts'
import type { MapColours } from './map-colours.ts'

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
export function addImagesWhenAsked(map: LibreMap, coloursNow: () => MapColours): void {
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
