// What stands on a map: its buttons, what is beyond its edge, its foot with scale, signs and source,
// and words in place of a map that is not there.

import type { ComponentChildren } from 'preact'
import type { PatternShapes } from '../../map/evidence-steps.ts'
import type { Elsewhere, ScaleBar } from '../../map/framing.ts'
import type { ShownPlaces } from '../../map/shown-places.ts'
import { words } from '../../words/words.ts'
import { AlertMark } from '../parts/alert-mark.tsx'
import { Button } from '../parts/basics.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import type { MapLoading } from './use-map.ts'

interface ToolProps {
  readonly name: IconName
  readonly label: string
  readonly isOn?: boolean
  readonly onPress: () => void
}

export function MapTool({ name, label, isOn, onPress }: ToolProps) {
  return (
    <Button aria-label={label} title={label} aria-pressed={isOn} onClick={onPress}>
      <Icon name={name} />
    </Button>
  )
}

interface MapToolsProps {
  readonly canvas: { zoom(by: 1 | -1): void } | null
  /** Omitted if the map has no button to fit all. */
  readonly onFit?: () => void
  readonly children?: ComponentChildren
}

export function MapTools({ canvas, onFit, children }: MapToolsProps) {
  const { tools } = words.map
  return (
    <div class="map-tools as-grid">
      <MapTool name="nearer" label={tools.nearer} onPress={() => canvas?.zoom(1)} />
      <MapTool name="farther" label={tools.farther} onPress={() => canvas?.zoom(-1)} />
      {onFit === undefined ? null : <MapTool name="all" label={tools.all} onPress={onFit} />}
      {children}
    </div>
  )
}

interface EdgeChipProps {
  readonly elsewhere: Elsewhere
  readonly onPress: () => void
}

/** At the edge towards the hidden marks, with the gravest one. */
export function EdgeChip({ elsewhere: { count, worst, side }, onPress }: EdgeChipProps) {
  return (
    <Button class={`edge-chip one-line fine strong at-${side}`} onClick={onPress}>
      <AlertMark severity={worst} />
      {words.map.elsewhere(count)}
      <Icon name="forward" />
    </Button>
  )
}

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
    <div class="map-foot fine soft line stay surface">
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

function said(loading: MapLoading): string {
  const { map } = words
  return {
    loading: map.loading,
    drawing: map.drawing,
    shown: '',
    'not-loaded': map.notLoaded,
    'not-drawn': map.notDrawn,
    faulty: map.faulty
  }[loading]
}

export function MapWords({ loading, again }: { loading: MapLoading; again: () => void }) {
  const isOff = loading === 'not-loaded' || loading === 'not-drawn' || loading === 'faulty'
  return (
    <>
      <div
        class={loading === 'shown' ? 'visually-hidden' : `map-words ${isOff ? 'is-off line' : ''}`}
      >
        <p role="status">{said(loading)}</p>
        {isOff ? <Button onClick={again}>{words.map.again}</Button> : null}
      </div>
      {loading === 'shown' ? null : <p class="map-not-drawn">{words.map.notOnPaper}</p>}
    </>
  )
}

export function ShapeWords({
  said,
  isSoft = false
}: {
  readonly said: PatternShapes['said']
  readonly isSoft?: boolean
}) {
  return said === null ? null : <p class={isSoft ? 'soft' : ''}>{words.onMap.shapes[said]}</p>
}
