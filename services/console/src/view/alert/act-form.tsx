// The form of one act on an alert.

import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { isUnknownName, knownPeople } from '../../live/known-people.ts'
import { type AlertDetail, responseKinds } from '../../shown/shown-alert.ts'
import { act, isReady } from '../../state/acts.ts'
import { caller, nowIn, picture } from '../../state/console-state.ts'
import { type Act, changeDraft, clearDraft, type Draft } from '../../state/drafts.ts'
import { watches } from '../../state/watches.ts'
import { responseKindWords } from '../../words/alert-words.ts'
import { timeAtWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Choice } from '../parts/choice.tsx'
import { Until } from '../parts/until.tsx'

interface ActFormProps {
  readonly alert: AlertDetail
  readonly draft: Draft
  /** What was begun may not be possible any more: it is not turned into something else. */
  readonly isOffered: boolean
  /** Why it cannot be sent now; null: it can. */
  readonly whyNot: string | null
  readonly isAsking: boolean
  /** The outcome. */
  readonly children: ComponentChildren
}

function formatTitle(kind: Act): string {
  const { acts } = words
  const titles: Readonly<Record<Act, string>> = {
    acknowledgement: acts.acknowledge,
    assignment: acts.assign,
    'give-back': acts.assign,
    response: acts.response,
    comment: acts.comment,
    resolution: acts.resolve,
    reopening: acts.reopen
  }
  return titles[kind]
}

export function ActForm({ alert, draft, isOffered, whyNot, isAsking, children }: ActFormProps) {
  const { acts } = words
  const id = alert.alertId
  const form = useRef<HTMLFormElement>(null)
  // Whoever opened it can type immediately.
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input, select, textarea')?.focus()
  }, [])
  const submit = (event: Event) => {
    event.preventDefault()
    // Enter sends a form whose button is disabled in some browsers.
    if (whyNot === null && isReady(draft)) void act(alert)
  }
  const title = formatTitle(draft.act)
  return (
    <form class="act" onSubmit={submit} aria-label={title} ref={form}>
      <div class="act-fields">
        <Fields alert={alert} draft={draft} />
        <label class="choice wide">
          <span>{formatNoteLabel(draft)}</span>
          <textarea
            rows={2}
            maxLength={4000}
            value={draft.note}
            onInput={event => changeDraft(id, { note: event.currentTarget.value })}
          />
        </label>
        <Choice
          label={acts.readers}
          value={draft.handling}
          options={Object.entries(words.handlings)}
          onPick={handling => changeDraft(id, { handling: handling as Draft['handling'] })}
        />
      </div>
      <div class="buttons">
        <button
          type="submit"
          class="primary"
          disabled={whyNot !== null || isAsking || !isReady(draft) || !isOffered}
        >
          {isAsking ? words.views.asking : title}
        </button>
        <button type="button" onClick={() => clearDraft(id)}>
          {acts.cancel}
        </button>
        {whyNot === null ? null : <p class="quiet">{whyNot}</p>}
        {children}
      </div>
    </form>
  )
}

function Fields({ alert, draft }: { readonly alert: AlertDetail; readonly draft: Draft }) {
  const id = alert.alertId
  switch (draft.act) {
    case 'acknowledgement':
      return (
        <Until
          value={draft.until}
          nowMs={nowIn(alert.theatre)}
          place={alert.area}
          onPick={until => changeDraft(id, { until })}
        />
      )
    case 'assignment':
    case 'give-back':
      return <AssignTo alert={alert} draft={draft} />
    case 'response':
      return (
        <>
          {draft.corrects === '' ? null : <Corrected alert={alert} draft={draft} />}
          {withdraws(draft) ? null : <Response id={id} draft={draft} />}
        </>
      )
    case 'resolution':
      return (
        <Choice
          label={words.acts.disposition}
          value={draft.disposition}
          options={[['', words.responses.choose], ...Object.entries(words.dispositions)]}
          onPick={disposition => changeDraft(id, { disposition })}
        />
      )
    case 'comment':
    case 'reopening':
      return null
    default:
      return draft.act satisfies never
  }
}

const nobody = ' nobody'
const other = ' other'

/** A known officer, no one, or a typed name or desk. */
function AssignTo({ alert, draft }: { readonly alert: AlertDetail; readonly draft: Draft }) {
  const { acts } = words
  const { alertId, operator, revisions } = alert
  useEffect(() => void watches.load(), [])
  const acted = [...picture.alerts.values(), ...revisions.map(({ data }) => data)]
  const names = knownPeople(
    caller.value?.name ?? null,
    acted,
    watches.state.value.body?.items ?? []
  )
  const hasOwner = operator.assignedTo !== null || operator.acknowledgedBy !== null
  const isOther = draft.act === 'assignment' && draft.to !== '' && !names.includes(draft.to)
  const pick = (to: string) =>
    changeDraft(alertId, {
      act: to === nobody ? 'give-back' : 'assignment',
      to: to === other ? ' ' : to === nobody ? '' : to
    })
  return (
    <>
      <Choice
        label={acts.assignTo}
        value={draft.act === 'give-back' ? nobody : isOther ? other : draft.to}
        options={[
          ['', words.responses.choose],
          ...names.map(name => [name, name] as const),
          ...(hasOwner ? [[nobody, acts.giveBack] as const] : []),
          [other, acts.assignOther]
        ]}
        onPick={pick}
      />
      {isOther ? (
        <label class="choice">
          <span>{acts.assignName}</span>
          <input
            maxLength={200}
            value={draft.to.trimStart()}
            onInput={event => changeDraft(alertId, { to: event.currentTarget.value || ' ' })}
          />
        </label>
      ) : null}
      <p class="quiet" role="status">
        {isOther && isUnknownName(draft.to, names) ? acts.nobodyOfName(draft.to.trim()) : ''}
      </p>
      <p class="quiet">{acts.assignedCalls}</p>
    </>
  )
}

function withdraws({ act: kind, corrects, withdrawn }: Draft): boolean {
  return kind === 'response' && corrects !== '' && withdrawn
}

function formatNoteLabel(draft: Draft): string {
  const { act: kind, response } = draft
  if (withdraws(draft)) return words.responses.whyWithdrawn
  if (kind === 'response')
    return response === 'none' ? words.responses.whyNot : words.responses.text
  return kind === 'comment' ? words.acts.commentText : words.acts.note
}

/** Which response is corrected, until it is left as it is. */
function Corrected({ alert, draft }: { readonly alert: AlertDetail; readonly draft: Draft }) {
  const told = words.responses
  const id = alert.alertId
  const was = alert.operator.responses?.recent?.find(each => each.id === draft.corrects)
  return (
    <div class="wide">
      <p>
        {was === undefined
          ? draft.corrects
          : told.corrects(responseKindWords(was.kind), timeAtWords(was.at, alert.area))}{' '}
        <button type="button" onClick={() => changeDraft(id, { corrects: '', withdrawn: false })}>
          {told.keep}
        </button>
      </p>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.withdrawn}
          onChange={event => changeDraft(id, { withdrawn: event.currentTarget.checked })}
        />
        <span>{told.withdraw}</span>
      </label>
    </div>
  )
}

/** What was done, and when: it is often written down later. */
function Response({ id, draft }: { readonly id: string; readonly draft: Draft }) {
  const told = words.responses
  return (
    <>
      <Choice
        label={told.kind}
        value={draft.response}
        options={[
          ['', told.choose],
          ...responseKinds.map(kind => [kind, told.kinds[kind]] as const)
        ]}
        onPick={response => changeDraft(id, { response: response as Draft['response'] })}
      />
      <label class="choice">
        <span>
          {told.doneAt}{' '}
          <span class="quiet">{draft.corrects === '' ? told.doneAtHint : told.asItWas}</span>
        </span>
        <input
          type="datetime-local"
          value={draft.doneAt}
          onInput={event =>
            changeDraft(id, { doneAt: event.currentTarget.value.slice(0, minuteLength) })
          }
        />
      </label>
    </>
  )
}

/** Of `2026-03-01T12:00`: what was done is known to the minute. */
const minuteLength = 16
