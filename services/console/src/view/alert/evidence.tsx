// What an alert rests on: incidents, newest first, each with its reports.

import { useEffect, useMemo, useState } from 'preact/hooks'
import { piecesBetween } from '../../change/alert-changes.ts'
import { listEvents } from '../../map/evidence-steps.ts'
import {
  type AlertDetail,
  computeEvidenceCount,
  computeNamedCount,
  type ShownEvidence,
  type ShownReport
} from '../../shown/shown-alert.ts'
import { isGathering, lastLookAt, loadAllEvidence } from '../../state/alert-detail.ts'
import { makeIncidentDraft } from '../../state/incident-acts.ts'
import {
  deathsWords,
  doubtWords,
  kindWords,
  otherPlacesWords,
  precisionWords,
  reportWords
} from '../../words/alert-words.ts'
import { makeTimePlace, type TimePlace, timeAtWords, windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Narrative } from '../parts/narrative.tsx'
import { Time } from '../parts/time.tsx'
import type { PickProps } from './evidence-map.tsx'
import { sourcesIn } from './head.tsx'
import { IncidentActs } from './incident-acts.tsx'

const shownMax = 4

export interface EvidenceProps extends PickProps {
  /** As it is now; `alert` is as it is shown. */
  readonly now: AlertDetail
  readonly isAll: boolean
  /** What it rested on at an earlier time, with how many were not named; null: now. */
  readonly then: { readonly total: number; readonly at: string } | null
}

/** Those without dates that are known to this page come last. */
function newestFirst(evidence: readonly ShownEvidence[]): readonly ShownEvidence[] {
  const dated = listEvents(evidence)
  return [...dated.toReversed(), ...evidence.filter(({ incident }) => incident === null)]
}

export function Evidence({ alert, now, isAll, then, picked, onPick }: EvidenceProps) {
  const { evidenceOmitted = 0, evidenceLost, alertId, revisions } = now
  const { evidence } = alert
  const texts = words.evidence
  const [isWhole, setWhole] = useState(false)
  const sorted = useMemo(() => newestFirst(evidence), [evidence])
  const seenId = lastLookAt(alertId)?.entryId
  const newIds = useMemo(() => {
    const [seen, last] = [revisions.find(({ id }) => id === seenId), revisions.at(-1)]
    return new Set(
      seen === undefined || last === undefined ? [] : piecesBetween(seen.data, last.data).came
    )
  }, [revisions, seenId])
  const isHidden = sorted.findIndex(({ incidentId }) => incidentId === picked) >= shownMax
  // What is pressed on the map, or typed about, is in sight.
  const isTyped = sorted
    .slice(shownMax)
    .some(({ incidentId }) => makeIncidentDraft(incidentId) !== null)
  useEffect(() => {
    if (isHidden || isTyped) setWhole(true)
  }, [isHidden, isTyped])
  useEffect(() => {
    if (picked !== null)
      document.getElementById(`incident-${picked}`)?.scrollIntoView({ block: 'nearest' })
  }, [picked, isWhole])
  const count = computeEvidenceCount(alert)
  const named = computeNamedCount(now)
  const sources = sourcesIn(evidence)
  const isShort = !isWhole && sorted.length > shownMax
  return (
    <section class="card" aria-label={texts.title}>
      <h3>
        {texts.title}{' '}
        <small>
          {[
            texts.count(count),
            ...(sources === 0 ? [] : [texts.sources(sources)]),
            ...(isShort ? [texts.shown(shownMax)] : [])
          ].join(', ')}
        </small>
      </h3>
      {then === null ? null : (
        <p class="then">
          {words.onMap.knownThen(evidence.length, then.total, timeAtWords(then.at, now.area))}
        </p>
      )}
      <ol class={`evidence ${isShort ? '' : 'is-whole'}`}>
        {sorted.map(each => (
          <Item
            key={each.incidentId}
            {...each}
            isPicked={each.incidentId === picked}
            isNew={newIds.has(each.incidentId)}
            onPick={onPick}
            alertId={alertId}
            all={then === null ? evidence : null}
            beside={evidence}
          />
        ))}
      </ol>
      {isShort ? (
        <button type="button" class="as-link" onClick={() => setWhole(true)}>
          {texts.all(sorted.length)}
        </button>
      ) : null}
      {evidenceLost && then === null ? <p>{texts.lost(named)}</p> : null}
      {then === null && !isShort && !isAll ? (
        <button type="button" disabled={isGathering.value} onClick={() => void loadAllEvidence()}>
          {texts.all(named)}
        </button>
      ) : null}
      {then === null && evidenceOmitted > 0 ? <p>{texts.omitted(evidenceOmitted)}</p> : null}
    </section>
  )
}

interface ItemProps extends ShownEvidence {
  readonly isPicked: boolean
  readonly isNew: boolean
  readonly onPick: (id: string) => void
  readonly alertId: string
  /** What may be done with it is done among these; null: as it was once, when nothing can be. */
  readonly all: readonly ShownEvidence[] | null
  /** All other evidence shown. */
  readonly beside: readonly ShownEvidence[]
}

function Item(props: ItemProps) {
  const { role, incidentId, incident, isPicked, isNew, onPick, alertId, all, beside } = props
  const texts = words.evidence
  if (incident === null) {
    return (
      <li>
        <p class="what">{texts.incident(incidentId)}</p>
        <p class="quiet">{role === 'support' ? texts.support : texts.trigger}</p>
      </li>
    )
  }
  const tags = [
    ...(incident.withdrawn ? [texts.withdrawn] : []),
    ...(isNew ? [texts.isNew] : []),
    ...(role === 'support' ? [texts.support] : [])
  ]
  const [first] = incident.reports
  const text = first?.private?.narrative ?? null
  const isTyped = makeIncidentDraft(incidentId) !== null
  return (
    <li
      class={`${role} ${incident.withdrawn ? 'is-withdrawn' : ''} ${isPicked ? 'is-picked' : ''}`}
      id={`incident-${incidentId}`}
    >
      <p class="when">
        <span>{windowWords(incident.occurred)}</span>
        {tags.length === 0 ? null : <b>{tags.join(', ')}</b>}
      </p>
      <p class="what">
        <bdi>
          {kindWords(incident)}: {precisionWords(incident.place)}
        </bdi>
      </p>
      {text === null ? null : (
        <p class="excerpt">
          <bdi>{text}</bdi>
        </p>
      )}
      <p class="quiet">
        {[
          [...new Set(incident.reports.map(({ sourceId }) => sourceId))].join(', '),
          texts.deaths(deathsWords(incident.fatalities))
        ].join(' · ')}
      </p>
      <details
        open={isTyped}
        onToggle={event => {
          if (event.currentTarget.open && !isPicked) onPick(incidentId)
        }}
      >
        <summary
          aria-label={`${texts.more}: ${kindWords(incident)}, ${windowWords(incident.occurred)}`}
        >
          {texts.more}
        </summary>
        {[...otherPlacesWords(incident), ...doubtWords(incident, beside)].map(each => (
          <p key={each} class="quiet">
            <bdi>{each}</bdi>
          </p>
        ))}
        <ul class="reports">
          {incident.reports.map(report => (
            <Report key={report.reportId} report={report} place={makeTimePlace(incident.place)} />
          ))}
        </ul>
        {all === null ? null : (
          <IncidentActs incident={incident} alertId={alertId} evidence={all} />
        )}
      </details>
    </li>
  )
}

function Report({ report, place }: { readonly report: ShownReport; readonly place: TimePlace }) {
  const { evidence } = words
  const { sourceId, externalId, reportedAt, credibility, withdrawn } = report
  const narrative = report.private?.narrative ?? null
  return (
    <li>
      <p class="quiet">
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
