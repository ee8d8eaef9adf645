// The map of previewed alerts of one kind: the same as the list beside it.

import { useMemo } from 'preact/hooks'
import { placesOfAlerts } from '../../map/shown-places.ts'
import { type NamedSketch, placedSketches } from '../../upkeep/preview-sketches.ts'
import { placeWords } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'
import { MapView } from '../map/map-view.tsx'

interface SketchMapProps {
  readonly label: string
  readonly sketches: readonly NamedSketch[]
  readonly picked: string | null
  readonly onPick: (id: string) => void
}

export function SketchMap({ label, sketches, picked, onPick }: SketchMapProps) {
  const places = useMemo(() => placesOfAlerts(placedSketches(sketches)), [sketches])
  return (
    <MapView
      places={places}
      chosen={picked}
      gathers
      label={label}
      fitOn={`${sketches[0]?.id} ${sketches.length}`}
      onPick={id => {
        onPick(id)
        document.getElementById(`sketch-${id}`)?.scrollIntoView({ block: 'nearest' })
      }}
      describe={id => describe(sketches.find(each => each.id === id))}
      onLeave={id => leaveTo(id ?? picked ?? sketches[0]?.id ?? null)}
    />
  )
}

function describe(named: NamedSketch | undefined): string {
  if (named === undefined) return ''
  const { severity, headline, area } = named.sketch
  return words.map.alert(words.severities[severity], headline, placeWords({ area }))
}

/** From the map to the alert in the list. */
function leaveTo(id: string | null): void {
  if (id !== null) document.querySelector<HTMLElement>(`#sketch-${CSS.escape(id)} button`)?.focus()
}
