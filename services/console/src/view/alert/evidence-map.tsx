// The map of what an alert rests on: the list of its evidence is the equal for who does not see it.

import { useMemo } from 'preact/hooks'
import { computeShapes } from '../../map/pattern-shapes.ts'
import { collectEvidencePlaces } from '../../map/shown-places.ts'
import type { AlertDetail } from '../../shown/shown-alert.ts'
import { readHeadline } from '../../words/alert-texts.ts'
import { formatPlaceName, kindWords, precisionWords } from '../../words/alert-words.ts'
import { windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { mapFrames } from '../map/map-files.ts'
import { MapView } from '../map/map-view.tsx'
import { ShapeWords } from '../map/shape-words.tsx'

export interface PickProps {
  readonly alert: AlertDetail
  /** The incident that is marked everywhere; null for none. */
  readonly picked: string | null
  readonly onPick: (id: string) => void
}

export function EvidenceMap({ alert, picked, onPick }: PickProps) {
  const frames = mapFrames.value
  const { shapes, said } = useMemo(() => computeShapes(alert), [alert])
  const places = useMemo(
    () => ({ ...collectEvidencePlaces(alert, { frames, labelOf: formatPlaceName }), shapes }),
    [alert, shapes, frames]
  )
  return (
    <div class="alert-map">
      <MapView
        places={places}
        chosen={picked}
        label={words.map.evidence}
        fitOn={`${alert.alertId} ${frames.size}`}
        onPick={onPick}
        describe={([id = '']) => makePlace(alert, id)}
      />
      <ShapeWords said={said} isSoft />
    </div>
  )
}

function makePlace(alert: AlertDetail, id: string): string {
  const incident = alert.evidence.find(({ incidentId }) => incidentId === id)?.incident
  // By the areas of the alert itself.
  if (incident === undefined || incident === null) return readHeadline(alert)
  return `${kindWords(incident)}, ${windowWords(incident.occurred)}: ${precisionWords(incident.place)}`
}
