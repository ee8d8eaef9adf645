// What an alert rests on: incidents, newest first, each with its reports, its split or merge, and the
// map of them, whose equal the list is.

import { useEffect, useMemo, useState } from 'preact/hooks'
import { piecesBetween } from '../../change/alert-changes.ts'
import { computeShapes, listEvents } from '../../map/evidence-steps.ts'
import { collectEvidencePlaces } from '../../map/shown-places.ts'
import {
  type IncidentDraft,
  isDeclarable,
  isDivisible,
  mergeableWith,
  noteMax
} from '../../records/incident.ts'
import {
  type AlertDetail,
  computeEvidenceCount,
  computeNamedCount,
  type ShownEvidence,
  type ShownIncident,
  type ShownReport
} from '../../shown/shown-alert.ts'
import { isGathering, lastLookAt, loadAllEvidence } from '../../state/alert-detail.ts'
import { isLive, mayUse } from '../../state/console-state.ts'
import {
  beginIncidentAct,
  changeIncidentDraft,
  declare,
  declaring,
  dropIncidentDraft,
  makeIncidentDraft
} from '../../state/incident-acts.ts'
import {
  deathsWords,
  doubtWords,
  formatPlaceName,
  incidentWords,
  kindWords,
  otherPlacesWords,
  precisionWords,
  readHeadline,
  reportWords
} from '../../words/alert-words.ts'
import { makeTimePlace, type TimePlace, timeAtWords, windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { ShapeWords } from '../map/map-controls.tsx'
import { MapView } from '../map/map-view.tsx'
import { mapFrames } from '../map/use-map.ts'
import { Time } from '../parts/alert-mark.tsx'
import { Button } from '../parts/basics.tsx'
import { Choice, Outcome, useOpener } from '../parts/form.tsx'
import { Narrative } from '../parts/records.tsx'
import { sourcesIn } from './head.tsx'

const shownMax = 4

interface EvidenceProps extends PickProps {
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
      <ol class={`evidence as-grid gap-3 ${isShort ? '' : 'is-whole'}`}>
        {sorted.map(each => (
          <Incident
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
        <Button class="as-link" onClick={() => setWhole(true)}>
          {texts.all(sorted.length)}
        </Button>
      ) : null}
      {evidenceLost && then === null ? <p>{texts.lost(named)}</p> : null}
      {then === null && !isShort && !isAll ? (
        <Button disabled={isGathering.value} onClick={() => void loadAllEvidence()}>
          {texts.all(named)}
        </Button>
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
  readonly beside: readonly ShownEvidence[]
}

function Incident(props: ItemProps) {
  const { role, incidentId, incident, isPicked, isNew, onPick, alertId, all, beside } = props
  const texts = words.evidence
  if (incident === null) {
    return (
      <li>
        <p class="what strong">{texts.incident(incidentId)}</p>
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
      <p class="when gap-2 quiet">
        <span>{windowWords(incident.occurred)}</span>
        {tags.length === 0 ? null : <b>{tags.join(', ')}</b>}
      </p>
      <p class="what strong">
        <bdi>
          {kindWords(incident)}: {precisionWords(incident.place)}
        </bdi>
      </p>
      {text === null ? null : (
        <p class="gist soft">
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

interface PickProps {
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
        describe={([id = '']) => describeIncident(alert, id)}
      />
      <ShapeWords said={said} isSoft />
    </div>
  )
}

function describeIncident(alert: AlertDetail, id: string): string {
  const incident = alert.evidence.find(({ incidentId }) => incidentId === id)?.incident
  // By the areas of the alert itself.
  if (incident === undefined || incident === null) return readHeadline(alert)
  return `${kindWords(incident)}, ${windowWords(incident.occurred)}: ${precisionWords(incident.place)}`
}

interface IncidentActsProps {
  readonly incident: ShownIncident
  readonly alertId: string
  readonly evidence: readonly ShownEvidence[]
}

function IncidentActs({ incident, alertId, evidence }: IncidentActsProps) {
  const { incidentId } = incident
  const { incidentActs } = words
  const draft = makeIncidentDraft(incidentId)
  const split = useOpener(draft?.kind === 'split')
  const merge = useOpener(draft?.kind === 'merge')
  if (!mayUse('alerts:operate')) return null
  const what = incidentWords(incident)
  return (
    <div class="incident-acts">
      {draft === null ? (
        <p class="line">
          {isDivisible(incident) ? (
            <button
              type="button"
              ref={split}
              aria-label={incidentActs.splitWhat(what)}
              onClick={() => beginIncidentAct(incidentId, 'split')}
            >
              {incidentActs.split}
            </button>
          ) : null}
          {incident.withdrawn ? null : (
            <button
              type="button"
              ref={merge}
              aria-label={incidentActs.mergeWhat(what)}
              onClick={() => beginIncidentAct(incidentId, 'merge')}
            >
              {incidentActs.merge}
            </button>
          )}
        </p>
      ) : (
        <DeclarationForm draft={draft} incident={incident} alertId={alertId} evidence={evidence} />
      )}
      <Outcome state={declaring.stateOf(incidentId)} />
    </div>
  )
}

function DeclarationForm({
  draft,
  incident,
  alertId,
  evidence
}: IncidentActsProps & { readonly draft: IncidentDraft }) {
  const { incidentId } = incident
  const { incidentActs } = words
  const { kind, note, handling, after } = draft
  const isSplit = kind === 'split'
  const isAsking = declaring.stateOf(incidentId).kind === 'asking'
  const submit = (event: Event) => {
    event.preventDefault()
    void declare(incidentId, alertId)
  }
  return (
    <form
      class="act as-grid gap-3 declaration"
      aria-label={isSplit ? incidentActs.splitTitle : incidentActs.mergeTitle}
      onSubmit={submit}
    >
      <h4>{isSplit ? incidentActs.splitTitle : incidentActs.mergeTitle}</h4>
      <p class="soft">{isSplit ? incidentActs.splitLead : incidentActs.mergeLead}</p>
      {isSplit ? (
        <Leaving draft={draft} incident={incident} />
      ) : (
        <Other draft={draft} incident={incident} evidence={evidence} />
      )}
      <label class="choice wide">
        <span>{incidentActs.note}</span>
        <textarea
          rows={2}
          maxLength={noteMax}
          value={note}
          onInput={event => changeIncidentDraft(incidentId, { note: event.currentTarget.value })}
        />
      </label>
      <Choice
        label={incidentActs.readers}
        value={handling}
        options={Object.entries(words.handlings)}
        onPick={level =>
          changeIncidentDraft(incidentId, { handling: level as IncidentDraft['handling'] })
        }
      />
      <div class="line">
        <button
          type="submit"
          class="primary"
          disabled={!isLive.value || isAsking || !isDeclarable(draft, incident)}
        >
          {isAsking
            ? incidentActs.asking
            : (after === null ? incidentActs.declare : incidentActs.declareAfter)[kind]}
        </button>
        <Button onClick={() => dropIncidentDraft(incidentId)}>{words.acts.cancel}</Button>
      </div>
    </form>
  )
}

function Leaving({ draft, incident }: { draft: IncidentDraft; incident: ShownIncident }) {
  const { incidentId, reports } = incident
  const { leaving } = draft
  const turn = (id: string, isChecked: boolean) =>
    changeIncidentDraft(incidentId, {
      leaving: isChecked ? [...leaving, id] : leaving.filter(each => each !== id)
    })
  return (
    <fieldset class="leaving">
      <legend>{words.incidentActs.leaving}</legend>
      {reports.map(({ reportId, sourceId, externalId, reportedAt }) => (
        <label key={reportId}>
          <input
            type="checkbox"
            checked={leaving.includes(reportId)}
            onChange={event => turn(reportId, event.currentTarget.checked)}
          />
          <bdi>{reportWords(sourceId, externalId)}</bdi> · {words.evidence.reportedAt}{' '}
          <Time at={reportedAt} place={makeTimePlace(incident.place)} />
        </label>
      ))}
    </fieldset>
  )
}

interface OtherProps {
  readonly draft: IncidentDraft
  readonly incident: ShownIncident
  readonly evidence: readonly ShownEvidence[]
}

function Other({ draft, incident, evidence }: OtherProps) {
  const { incidentActs } = words
  const others = mergeableWith(incident, evidence)
  if (others.length === 0) return <p>{incidentActs.noOther}</p>
  return (
    <Choice
      label={incidentActs.other}
      value={draft.other}
      options={[
        ['', incidentActs.choose],
        ...others.map(other => [other.incidentId, incidentWords(other)] as const)
      ]}
      onPick={other => changeIncidentDraft(incident.incidentId, { other })}
    />
  )
}
