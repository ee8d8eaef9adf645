// The keyboard on a map: from mark to mark, nearer and farther, into the one that is meant, and out
// again. What it points at is said.

import { useEffect, useRef, useState } from 'preact/hooks'
import { type Direction, type MarkStop, nearestStop, nextStop } from '../../map/mark-stops.ts'
import { words } from '../../words/words.ts'
import type { MapCanvas } from './map-canvas.ts'

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down'
}
const panPx = 120
const pans: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-panPx, 0],
  right: [panPx, 0],
  up: [0, -panPx],
  down: [0, panPx]
}
const zooms: Readonly<Record<string, 1 | -1>> = { '+': 1, '=': 1, '-': -1, _: -1 }

export interface MapKeyProps {
  /** What lies there, in words. */
  readonly describe: (id: string) => string
  /** Out of the map: to what the list says of the place that was pointed at. */
  readonly onLeave: (id: string | null) => void
  /** Enter chooses, and takes back what is chosen; else it opens. */
  readonly isChoosing?: boolean
}

export interface MapKeys {
  readonly said: string
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onFocus: () => void
  readonly onBlur: () => void
}

export function useMapKeys(
  canvas: MapCanvas | null,
  { describe, onLeave, isChoosing = false }: MapKeyProps
): MapKeys {
  const [said, setSaid] = useState('')
  const pointed = useRef<MarkStop | null>(null)
  useEffect(() => {
    pointed.current = null
  }, [canvas])
  const point = (stop: MarkStop | null): void => {
    pointed.current = stop
    canvas?.point(stop)
  }
  const tell = (stop: MarkStop): void => {
    const { map } = words
    const what =
      stop.withinKm === null || stop.count > 1
        ? describe(stop.id)
        : map.somewhere(describe(stop.id), stop.withinKm)
    const many = isChoosing ? map.atManyToChoose : map.atMany
    const one = isChoosing ? map.atOneToChoose : map.atOne
    if (stop.isLoose) setSaid(map.loose.at(what, stop.count))
    else if (stop.code !== null)
      setSaid(isChoosing ? map.atAreaToChoose(what) : map.atArea(what, stop.count))
    else setSaid(stop.count > 1 ? many(what, stop.count) : one(what))
  }
  const move = (shown: MapCanvas, direction: Direction): void => {
    const from = pointed.current
    const stops = shown.stops()
    const to = from === null ? nearestStop(stops, shown.centre()) : nextStop(stops, from, direction)
    if (to === null) {
      setSaid(stops.length === 0 ? words.map.nothing : words.map.noFurther)
      return
    }
    point(to)
    tell(to)
  }
  /** After the scale has changed marks are gathered otherwise. */
  const pointAnew = (shown: MapCanvas): void => {
    const before = pointed.current
    if (before === null) return
    const now =
      shown.stops().find(({ id }) => id === before.id) ?? nearestStop(shown.stops(), before.at)
    point(now)
    if (now !== null) tell(now)
  }
  const leave = (): void => {
    const from = pointed.current
    point(null)
    onLeave(from?.id ?? null)
  }
  const actionOf = (
    shown: MapCanvas,
    { key, shiftKey }: KeyboardEvent
  ): (() => void) | undefined => {
    const direction = directions[key]
    const zoom = zooms[key]
    const at = pointed.current
    if (direction !== undefined)
      return () => (shiftKey ? shown.pan(...pans[direction]) : move(shown, direction))
    if (zoom !== undefined) {
      return () => {
        shown.zoom(zoom)
        pointAnew(shown)
      }
    }
    if (key === 'Escape') return leave
    // What is opened has a mark of its own; who chooses may go on, or take it back.
    if (key === 'Enter' && at !== null) {
      return () => {
        if (!shown.open(at)) pointAnew(shown)
        else if (!isChoosing) shown.point(null)
      }
    }
    return undefined
  }
  return {
    said,
    onKeyDown: event => {
      const isOnControl =
        event.target instanceof Element && event.target.closest('button, a, summary') !== null
      if (canvas === null || event.ctrlKey || event.metaKey || event.altKey || isOnControl) return
      const action = actionOf(canvas, event)
      if (action === undefined) return
      event.preventDefault()
      event.stopPropagation()
      action()
    },
    onFocus: () =>
      setSaid(pointed.current === null ? words.map.keys(canvas?.stops().length ?? 0) : said),
    onBlur: () => setSaid('')
  }
}
