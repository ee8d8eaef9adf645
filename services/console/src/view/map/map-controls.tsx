// Buttons over a map: zoom in, zoom out, fit all, and what is beyond the edge.

import type { ComponentChildren } from 'preact'
import type { Elsewhere } from '../../map/elsewhere.ts'
import { words } from '../../words/words.ts'
import { AlertMark } from '../parts/severity.tsx'

const icons = {
  in: 'M8 3v10M3 8h10',
  out: 'M3 8h10',
  all: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  layers: 'M8 2.5l6 3-6 3-6-3zM2 8.5l6 3 6-3M2 11.2l6 3 6-3',
  on: 'M6 3.5L10.5 8 6 12.5'
} as const

function Icon({ name }: { readonly name: keyof typeof icons }) {
  return (
    <svg class="map-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={icons[name]} />
    </svg>
  )
}

interface ToolProps {
  readonly name: keyof typeof icons
  readonly label: string
  readonly isOn?: boolean
  readonly onPress: () => void
}

export function MapTool({ name, label, isOn, onPress }: ToolProps) {
  return (
    <button type="button" aria-label={label} title={label} aria-pressed={isOn} onClick={onPress}>
      <Icon name={name} />
    </button>
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
    <div class="map-tools">
      <MapTool name="in" label={tools.nearer} onPress={() => canvas?.zoom(1)} />
      <MapTool name="out" label={tools.farther} onPress={() => canvas?.zoom(-1)} />
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
    <button type="button" class={`edge-chip at-${side}`} onClick={onPress}>
      <AlertMark severity={worst} />
      {words.map.elsewhere(count)}
      <Icon name="on" />
    </button>
  )
}
