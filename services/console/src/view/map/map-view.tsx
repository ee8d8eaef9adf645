// A map with the same content as its list, which is the accessible equivalent. Loaded when first
// shown.

import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Bounds } from '../../map/base-map.ts'
import { type Elsewhere, type ScaleBar, scaleBarIn } from '../../map/framing.ts'
import type { ShownPlaces } from '../../map/shown-places.ts'
import { Button } from '../parts/basics.tsx'
import type { Found, MapCanvas } from './map-canvas.ts'
import { EdgeChip, MapFoot, MapTools, MapWords } from './map-controls.tsx'
import { useMap, useRecolour } from './use-map.ts'

interface MapViewProps {
  readonly places: ShownPlaces
  readonly chosen: string | null
  readonly label: string
  readonly onPick: (id: string) => void
  /** Describes the records at a mark. Ids come gravest first. */
  readonly describe: (ids: readonly string[]) => ComponentChildren
  /** Id of the focused list row: its card shows as on hover. */
  readonly pointed?: string | null
  /** Bounds of the chosen record: shown whole once known. */
  readonly frame?: Bounds | null
  /** When it changes, the map shows all places again. */
  readonly fitOn: string

  readonly tools?: ComponentChildren
  readonly children?: ComponentChildren
}

interface Callbacks {
  onPick(id: string): void
  onPoint(found: Found | null): void
  onView(elsewhere: Elsewhere | null): void
}

/** Defined outside the component: the map stores these closures, which must not capture places. */
function asLast(last: RefObject<Callbacks | null>): Callbacks {
  return {
    onPick: id => last.current?.onPick(id),
    onPoint: found => last.current?.onPoint(found),
    onView: elsewhere => last.current?.onView(elsewhere)
  }
}

interface Sight {
  readonly chosen: string | null
  readonly frame: Bounds | null
  readonly fitOn: string
}

/** Moves the map. Separate from `MapView`: a closure would retain places for days. */
function useSight(canvas: MapCanvas | null, { chosen, frame, fitOn }: Sight): void {
  useEffect(() => canvas?.fit(), [canvas, fitOn])
  useEffect(() => {
    if (chosen !== null) canvas?.reveal(chosen)
  }, [canvas, chosen])
  // When something is chosen, not whenever it changes: then only the officer moves the map.
  useEffect(() => {
    if (frame !== null) canvas?.frame(frame)
  }, [canvas, chosen, frame !== null])
}

const scalePx = 90

export function MapView(props: MapViewProps) {
  const { places, chosen, label, fitOn, frame = null, pointed = null, describe } = props
  const section = useRef<HTMLElement>(null)
  const [found, setFound] = useState<Found | null>(null)
  const [elsewhere, setElsewhere] = useState<Elsewhere | null>(null)
  const [scale, setScale] = useState<ScaleBar | null>(null)
  const [views, setViews] = useState(0)
  const callbacks = useRef<Callbacks>(null)
  const { container, canvas, loading, again } = useMap((element, { script, base }) =>
    script.openMap(element, base, { bounds: places.bounds, label, ...asLast(callbacks) })
  )
  callbacks.current = {
    onPick: props.onPick,
    onPoint: next => {
      if (next?.ids[0] !== found?.ids[0]) setFound(next)
    },
    onView: next => {
      if (JSON.stringify(next) !== JSON.stringify(elsewhere)) setElsewhere(next)
      setViews(count => count + 1)
      if (canvas !== null) setScale(scaleBarIn(scalePx, canvas.metresAcross(scalePx)))
    }
  }
  useEffect(() => canvas?.show(places, chosen), [canvas, places, chosen])
  useSight(canvas, { chosen, frame, fitOn })
  useRecolour(canvas)
  const focused = useMemo(
    () => (pointed === null ? null : (canvas?.find(pointed) ?? null)),
    [canvas, pointed, views]
  )
  const shown = found ?? focused
  return (
    <section class="map column" aria-label={label} ref={section} tabIndex={-1}>
      <div class="map-room">
        <div class="map-canvas" ref={container} />
        {shown === null ? null : (
          <Card found={shown} room={container.current} onPick={props.onPick}>
            {describe(shown.ids)}
          </Card>
        )}
        <MapTools canvas={canvas} onFit={() => canvas?.fit()}>
          {props.tools}
        </MapTools>
        {elsewhere === null ? null : (
          <EdgeChip elsewhere={elsewhere} onPress={() => canvas?.fit()} />
        )}
      </div>
      <MapFoot places={places} scale={scale}>
        {props.children}
      </MapFoot>
      <MapWords
        loading={loading}
        again={() => {
          // The button goes: the focus must not go with it.
          section.current?.focus()
          again()
        }}
      />
    </section>
  )
}

/** As wide as its style, and room to its mark, px. */
const cardPx = 264
const besidePx = 26

interface CardProps {
  readonly found: Found
  readonly room: HTMLElement | null
  readonly onPick: (id: string) => void
  readonly children: ComponentChildren
}

/** The records at a mark, for sighted users and touch screens. Repeats the list. */
function Card({ found: { ids, x, y }, room, onPick, children }: CardProps) {
  const { clientWidth: width = 0, clientHeight: height = 0 } = room ?? {}
  const isLow = y > height / 2
  const left = Math.max(8, x + besidePx + cardPx > width ? x - besidePx - cardPx : x + besidePx)
  const id = ids[0]
  return (
    <Button
      class={`card-hover fine ${isLow ? 'is-low' : ''}`}
      tabIndex={-1}
      style={{ '--card-left': `${left}px`, '--card-top': `${y}px` }}
      onClick={() => (id === undefined ? undefined : onPick(id))}
    >
      {children}
    </Button>
  )
}
