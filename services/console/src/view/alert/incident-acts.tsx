// Split and merge of one piece of evidence: a form below it that names what moves. What is typed
// stays until the suite has it.

import {
  type IncidentDraft,
  isDeclarable,
  isDivisible,
  mergeableWith,
  noteMax
} from '../../records/incident.ts'
import type { ShownEvidence, ShownIncident } from '../../shown/shown-alert.ts'
import { isLive, mayUse } from '../../state/console-state.ts'
import {
  beginIncidentAct,
  changeIncidentDraft,
  declare,
  declaring,
  dropIncidentDraft,
  makeIncidentDraft
} from '../../state/incident-acts.ts'
import { incidentWords, reportWords } from '../../words/alert-words.ts'
import { makeTimePlace } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Choice } from '../parts/choice.tsx'
import { Outcome, useOpener } from '../parts/form.tsx'
import { Time } from '../parts/time.tsx'

export interface IncidentActsProps {
  readonly incident: ShownIncident
  readonly alertId: string
  /** All evidence that is shown: what the incident may be merged with. */
  readonly evidence: readonly ShownEvidence[]
}

export function IncidentActs({ incident, alertId, evidence }: IncidentActsProps) {
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
        <p class="buttons">
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
      class="act declaration"
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
      <div class="buttons">
        <button
          type="submit"
          class="primary"
          disabled={!isLive.value || isAsking || !isDeclarable(draft, incident)}
        >
          {isAsking
            ? incidentActs.asking
            : (after === null ? incidentActs.declare : incidentActs.declareAfter)[kind]}
        </button>
        <button type="button" onClick={() => dropIncidentDraft(incidentId)}>
          {words.acts.cancel}
        </button>
      </div>
    </form>
  )
}

function Leaving({
  draft,
  incident
}: {
  readonly draft: IncidentDraft
  readonly incident: ShownIncident
}) {
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
