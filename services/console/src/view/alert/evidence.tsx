// What an alert rests on: incidents on a line of time, and as a list with their reports.

import { useMemo, useState } from 'preact/hooks'
import { evidenceKnownAt } from '../../map/evidence-steps.ts'
import { shapesOf } from '../../map/shapes/pattern-shapes.ts'
import { placesOfEvidence } from '../../map/shown-places.ts'
import {
  type AlertDetail,
  evidenceCountOf,
  namedCountOf,
  type ShownEvidence,
  type ShownReport
} from '../../shown/shown-alert.ts'
import { isGathering, loadAllEvidence } from '../../state/alert-detail.ts'
import {
  deathsWords,
  doubtWords,
  kindWords,
  otherPlacesWords,
  placeNameOf,
  precisionWords,
  reportWords
} from '../../words/alert-words.ts'
import { type TimePlace, timeAtWords, timePlaceOf } from '../../words/place-time.ts'
import { windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { mapFrames, mapTowns } from '../map/map-files.ts'
import { MapView } from '../map/map-view.tsx'
import { ShapeWords } from '../map/shape-words.tsx'
import { Narrative } from '../parts/narrative.tsx'
import { Time } from '../parts/time.tsx'
import { IncidentActs } from './incident-acts.tsx'
import { Timeline } from './timeline.tsx'

export interface EvidenceProps {
  readonly alert: AlertDetail
  readonly isAll: boolean
  /** Some of it is as it was before the last change. */
  readonly isMixed: boolean
  /** Index of the revision at which it is shown; negative: now. */
  readonly knownAt: number
}

export function Evidence({ alert: now, isAll, isMixed, knownAt }: EvidenceProps) {
  const { evidenceOmitted = 0, evidenceLost } = now
  const [picked, setPicked] = useState<string | null>(null)
  const then = useMemo(() => evidenceKnownAt(now, knownAt), [now, knownAt])
  const alert = useMemo(
    () => (then === null ? now : { ...now, evidence: then.evidence }),
    [now, then]
  )
  const { evidence } = alert
  const named = namedCountOf(now)
  const pick = (id: string) => setPicked(picked === id ? null : id)
  const pickAndShow = (id: string) => {
    setPicked(id)
    document.getElementById(`incident-${id}`)?.scrollIntoView({ block: 'center' })
  }
  return (
    <section aria-label={words.evidence.heading(evidenceCountOf(alert))}>
      <h3>{words.evidence.heading(evidenceCountOf(alert))}</h3>
      {then === null ? null : (
        <p class="then">
          {words.onMap.knownThen(
            evidence.length,
            then.total,
            timeAtWords(now.revisions[knownAt]?.time ?? '', now.area)
          )}
        </p>
      )}
      <Timeline alert={alert} picked={picked} onPick={pickAndShow} />
      <EvidenceMap alert={alert} picked={picked} onPick={pickAndShow} />
      <ol class="evidence">
        {evidence.map(each => (
          <EvidenceItem
            key={each.incidentId}
            isPicked={each.incidentId === picked}
            onPick={pick}
            alertId={alert.alertId}
            all={then === null ? evidence : null}
            beside={evidence}
            {...each}
          />
        ))}
      </ol>
      {evidenceLost && then === null ? <p>{words.evidence.lost(named)}</p> : null}
      {then === null && isMixed ? <p role="status">{words.evidence.mixed}</p> : null}
      {then === null && !evidenceLost && !isAll && (isMixed || named > evidence.length) ? (
        <button type="button" disabled={isGathering.value} onClick={() => void loadAllEvidence()}>
          {words.evidence.all(named)}
        </button>
      ) : null}
      {then === null && evidenceOmitted > 0 ? (
        <p>{words.evidence.omitted(evidenceOmitted)}</p>
      ) : null}
    </section>
  )
}

export interface PickProps {
  readonly alert: AlertDetail
  /** The event that is marked everywhere; null for none. */
  readonly picked: string | null
  readonly onPick: (id: string) => void
}

function EvidenceMap({ alert, picked, onPick }: PickProps) {
  const towns = mapTowns.value
  const frames = mapFrames.value
  const { shapes, said } = useMemo(() => shapesOf(alert, towns), [alert, towns])
  const places = useMemo(
    () => ({ ...placesOfEvidence(alert, { frames, labelOf: placeNameOf }), shapes }),
    [alert, shapes, frames]
  )
  return (
    <>
      <MapView
        places={places}
        chosen={picked}
        label={words.map.evidence}
        fitOn={`${alert.alertId} ${frames.size}`}
        onPick={onPick}
        describe={([id = '']) => eventWords(alert, id)}
      />
      <ShapeWords said={said} isSoft />
    </>
  )
}

function eventWords({ evidence, headline }: AlertDetail, id: string): string {
  const incident = evidence.find(({ incidentId }) => incidentId === id)?.incident
  // By the areas of the alert itself.
  if (incident === undefined || incident === null) return headline
  return `${kindWords(incident)}, ${windowWords(incident.occurred)}: ${precisionWords(incident.place)}`
}

interface ItemProps extends ShownEvidence {
  readonly isPicked: boolean
  readonly onPick: (id: string) => void
  readonly alertId: string
  /** What may be done with it is done among these; null: as it was once, when nothing can be. */
  readonly all: readonly ShownEvidence[] | null
  /** All that is shown beside it. */
  readonly beside: readonly ShownEvidence[]
}

function EvidenceItem({
  role,
  incidentId,
  incident,
  isPicked,
  onPick,
  alertId,
  all,
  beside
}: ItemProps) {
  if (incident === null) {
    return (
      <li>
        <p class="what">{words.evidence.incident(incidentId)}</p>
        <p class="soft">{role === 'support' ? words.evidence.support : words.evidence.trigger}</p>
      </li>
    )
  }
  const facts = [
    windowWords(incident.occurred),
    words.evidence.deaths(deathsWords(incident.fatalities)),
    words.evidence.sources(incident.independentSources),
    role === 'support' ? words.evidence.support : words.evidence.trigger,
    ...otherPlacesWords(incident)
  ]
  return (
    <li class={`${role} ${isPicked ? 'is-picked' : ''}`} id={`incident-${incidentId}`}>
      <button
        type="button"
        class="mark-event"
        aria-pressed={isPicked}
        aria-label={words.onMap.markWhat(
          `${kindWords(incident)}, ${windowWords(incident.occurred)}`
        )}
        onClick={() => onPick(incidentId)}
      >
        {words.onMap.mark}
      </button>
      <p class="what">
        <bdi>
          {kindWords(incident)}: {precisionWords(incident.place)}
        </bdi>
      </p>
      <p class="soft">
        {incident.withdrawn ? <b>{words.evidence.withdrawn} · </b> : null}
        {facts.join(' · ')}
      </p>
      {doubtWords(incident, beside).map(doubt => (
        <p key={doubt} class="soft">
          <bdi>{doubt}</bdi>
        </p>
      ))}
      <ul class="reports">
        {incident.reports.map(report => (
          <Report key={report.reportId} report={report} place={timePlaceOf(incident.place)} />
        ))}
      </ul>
      {all === null ? null : <IncidentActs incident={incident} alertId={alertId} evidence={all} />}
    </li>
  )
}

function Report({ report, place }: { readonly report: ShownReport; readonly place: TimePlace }) {
  const { evidence } = words
  const { sourceId, externalId, reportedAt, credibility, withdrawn } = report
  const narrative = report.private?.narrative ?? null
  return (
    <li>
      <p class="soft">
        {withdrawn ? <b>{evidence.withdrawn} · </b> : null}
        <bdi>{reportWords(sourceId, externalId)}</bdi> · {evidence.reportedAt}{' '}
        <Time at={reportedAt} place={place} /> ·{' '}
        {evidence.credibility(credibility, evidence.credibilities[credibility - 1] ?? '')}
      </p>
      {narrative === null ? null : (
        <Narrative text={narrative} label={words.onMap.narrative(sourceId)} />
      )}
    </li>
  )
}
