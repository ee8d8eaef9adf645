// Buttons over a map: zoom in, zoom out, fit all, and what is beyond the edge.

import type { ComponentChildren } from 'preact'
import type { Elsewhere } from '../../map/framing.ts'
import { words } from '../../words/words.ts'
import { Icon, type IconName } from '../parts/icon.tsx'
import { AlertMark } from '../parts/severity.tsx'

interface ToolProps {
  readonly name: IconName
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
    <button type="button" class={`edge-chip at-${side}`} onClick={onPress}>
      <AlertMark severity={worst} />
      {words.map.elsewhere(count)}
      <Icon name="forward" />
    </button>
  )
}
