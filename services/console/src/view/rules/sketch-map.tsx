// The map of previewed alerts of one kind: the same content as the list.

import { useMemo } from 'preact/hooks'
import { collectAlertPlaces } from '../../map/shown-places.ts'
import { type NamedSketch, placedSketches } from '../../records/rule-preview.ts'
import { placeWords } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'
import { mapFrames } from '../map/map-files.ts'
import { MapView } from '../map/map-view.tsx'

interface SketchMapProps {
  readonly label: string
  readonly sketches: readonly NamedSketch[]
  readonly picked: string | null
  readonly onPick: (id: string) => void
}

export function SketchMap({ label, sketches, picked, onPick }: SketchMapProps) {
  const frames = mapFrames.value
  const places = useMemo(
    () => collectAlertPlaces(placedSketches(sketches), { frames, labelOf: () => '' }),
    [sketches, frames]
  )
  return (
    <MapView
      places={places}
      chosen={picked}
      label={label}
      fitOn={`${sketches[0]?.id} ${sketches.length} ${frames.size}`}
      onPick={id => {
        onPick(id)
        document.getElementById(`sketch-${id}`)?.scrollIntoView({ block: 'nearest' })
      }}
      describe={([id]) => describe(sketches.find(each => each.id === id))}
    />
  )
}

function describe(named: NamedSketch | undefined): string {
  if (named === undefined) return ''
  const { severity, headline, area } = named.sketch
  return words.map.alert(words.severities[severity], headline, placeWords({ area }))
}
