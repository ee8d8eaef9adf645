// The foot of a map: its scale, what its signs mean, and whose data it is drawn from.

import type { ComponentChildren } from 'preact'
import type { ScaleBar } from '../../map/framing.ts'
import type { ShownPlaces } from '../../map/shown-places.ts'
import { words } from '../../words/words.ts'

interface MapFootProps {
  /** Null: there are no signs. */
  readonly places: ShownPlaces | null
  readonly scale: ScaleBar | null
  readonly children?: ComponentChildren
}

export function MapFoot({ places, scale, children }: MapFootProps) {
  const [marks = [], dots = []] = [places?.marks.features, places?.dots.features]
  const isAnyDashed = [...marks, ...dots].some(({ properties }) => properties.isExtent === true)
  return (
    <div class="map-foot">
      {scale === null ? null : (
        <span class="map-scale">
          <svg width={scale.px} height="8" aria-hidden="true">
            <path d={`M.5 0v7.5h${scale.px - 1}V0`} />
          </svg>
          {words.map.distance(scale.metres)}
        </span>
      )}
      {dots.length === 0 ? null : (
        <span>
          <svg width="8" height="8" aria-hidden="true">
            <circle class="dot" cx="4" cy="4" r="2.6" />
          </svg>
          {words.map.incident}
        </span>
      )}
      {isAnyDashed ? (
        <span>
          <svg width="16" height="10" aria-hidden="true">
            <rect class="dashed" x="1" y="1" width="14" height="8" rx="4" />
          </svg>
          {words.map.extents}
        </span>
      ) : null}
      {children}
      <span class="map-source">{words.map.attribution}</span>
    </div>
  )
}
