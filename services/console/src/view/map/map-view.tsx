// A map of what a list beside it says: the list is the equal for who does not see it. Fetched when
// it is first shown.

import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Bounds } from '../../map/gathered-marks.ts'
import type { LooseIncidents } from '../../map/loose-incidents.ts'
import type { ShownPlaces } from '../../map/shown-places.ts'
import { words } from '../../words/words.ts'
import type { MapCanvas } from './map-canvas.ts'
import { MapWords } from './map-words.tsx'
import { useMap, useRecolour } from './use-map.ts'
import { type MapKeyProps, useMapKeys } from './use-map-keys.ts'

export interface MapViewProps extends MapKeyProps {
  readonly places: ShownPlaces
  readonly chosen: string | null
  readonly label: string
  /** `here`: all marks that lie there, the one meant among them; empty for an area. */
  readonly onPick: (id: string, here: readonly string[]) => void
  /** What something is to be done with, in order: each is marked with its number. */
  readonly acted?: readonly string[] | undefined
  /** What is selected in the list: marked as well. */
  readonly picked?: ReadonlySet<string> | undefined
  /** Incidents that have raised no alert: drawn apart. */
  readonly loose?: LooseIncidents | undefined
  /** Marks that lie on one another are one, with their count. */
  readonly gathers?: boolean
  /** Of what is chosen: shown whole once it is known. */
  readonly frame?: Bounds | null
  /** When it changes, the map shows all places again. */
  readonly fitOn: string
  /** Words that stand on it. */
  readonly children?: ComponentChildren
}

type OnPick = MapViewProps['onPick']

/** Made where no places can be seen: a map keeps it for as long as it stands. */
function asLast(pick: RefObject<OnPick>): OnPick {
  return (id, here) => pick.current?.(id, here)
}

interface Sight {
  readonly chosen: string | null
  readonly frame: Bounds | null
  /** What all places lie in. */
  readonly all: Bounds | null
  readonly fitOn: string
}

/**
 * What of the map is in sight. Apart from where places can be seen: what is done at a change keeps
 * all that is used beside it until the next one, and in days there may be none.
 */
function useSight(canvas: MapCanvas | null, { chosen, frame, all, fitOn }: Sight): void {
  useEffect(() => canvas?.fit(all), [canvas, fitOn])
  useEffect(() => {
    if (chosen !== null) canvas?.reveal(chosen)
  }, [canvas, chosen])
  // When something is chosen, not whenever it changes: then only the officer moves the map.
  useEffect(() => {
    if (frame !== null) canvas?.frame(frame)
  }, [canvas, chosen, frame !== null])
}

export function MapView(props: MapViewProps) {
  const {
    places,
    chosen,
    label,
    onPick,
    fitOn,
    frame = null,
    gathers = false,
    acted,
    picked,
    loose,
    describe,
    onLeave,
    children
  } = props
  const pick = useRef(onPick)
  pick.current = onPick
  const section = useRef<HTMLElement>(null)
  const { container, canvas, loading, again } = useMap((element, { script, base }) =>
    script.openMap(element, base, { bounds: places.bounds, onPick: asLast(pick), gathers })
  )
  const { said, ...keys } = useMapKeys(canvas, {
    describe,
    onLeave,
    isChoosing: props.isChoosing === true
  })
  useEffect(
    () => canvas?.show(places, chosen, { acted, picked, loose }),
    [canvas, places, chosen, acted, picked, loose]
  )
  useSight(canvas, { chosen, frame, all: places.bounds, fitOn })
  useRecolour(canvas)
  return (
    <section class="map" aria-label={label} ref={section} tabIndex={-1}>
      <div class="map-room">
        <div
          class="map-canvas"
          ref={container}
          role="application"
          aria-label={words.map.marks}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: keys go from mark to mark in it.
          tabIndex={0}
          {...keys}
        />
      </div>
      <p class={`map-said ${said === '' ? 'is-silent' : ''}`} role="status">
        <bdi>{said}</bdi>
      </p>
      <div class="map-notes">
        {places.extents.features.length === 0 ? null : <p>{words.map.extents}</p>}
        {children}
      </div>
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
