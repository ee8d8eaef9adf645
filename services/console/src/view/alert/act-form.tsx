// What an officer does with an alert. What is typed belongs to the alert, not to this form: it is
// there again after a look at another one, after a refusal, and after the link was lost.

import { holderOf, takenSinceOf } from '../../derived/taken-since.ts'
import { type AlertDetail, isOpen, responseKinds } from '../../shown/shown-alert.ts'
import { act, isReady, outcomes, whyNotNow } from '../../state/acts.ts'
import { caller, isLive, nowIn } from '../../state/console-state.ts'
import { type Act, changeDraft, type Draft, draftOf } from '../../state/drafts.ts'
import { holderWords, responseKindWords } from '../../words/alert-words.ts'
import { timeAtWords } from '../../words/place-time.ts'
import { agoWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Until } from '../parts/until.tsx'
import { AssignTo } from './assign-to.tsx'
import { KeptWords } from './kept-words.tsx'

const kinds: readonly (readonly [Act, string])[] = [
  ['acknowledgement', words.acts.acknowledge],
  ['assignment', words.acts.assign],
  ['give-back', words.acts.giveBack],
  ['response', words.acts.response],
  ['comment', words.acts.comment],
  ['resolution', words.acts.resolve]
]

/**
 * Where the alert can not be acted on: what became of the last act, and words that were not sent.
 */
export function ActsOver({ alertId }: { readonly alertId: string }) {
  const outcome = outcomes.value.get(alertId)
  const isUnderWay = outcome?.kind === 'asking' || outcome?.kind === 'pending'
  return (
    <>
      {outcome === undefined ? null : (
        <p class={`outcome ${outcome.kind}`} role="status">
          {outcome.kind === 'asking' ? words.acts.asking : outcome.text}
        </p>
      )}
      {isUnderWay ? null : <KeptWords alertId={alertId} />}
    </>
  )
}

interface ActFormProps {
  readonly alert: AlertDetail
  /** Shows the alert as it is now; null: it is shown so. */
  readonly onNow: (() => void) | null
}

export function ActForm({ alert, onNow }: ActFormProps) {
  const { acts } = words
  const id = alert.alertId
  const draft = draftOf(id)
  const outcome = outcomes.value.get(id)
  const isAsking = outcome?.kind === 'asking' || outcome?.kind === 'pending'
  // What was chosen and can not be done any more is not turned into something else under the hand.
  const isChosen = isOffered(draft.act, alert)
  const why = whyNotNow(isLive.value, onNow !== null)
  const submit = (event: Event) => {
    event.preventDefault()
    // Enter sends a form whose button is disabled in some browsers.
    if (why === null) void act(alert)
  }
  return (
    <form class="act" onSubmit={submit} aria-label={acts.title}>
      <fieldset class="act-kinds">
        <legend>{acts.title}</legend>
        {kinds
          .filter(([kind]) => isOffered(kind, alert))
          .map(([kind, name]) => (
            <label key={kind} class={draft.act === kind ? 'is-chosen' : ''}>
              <input
                type="radio"
                name="act"
                value={kind}
                checked={draft.act === kind}
                onChange={() => changeDraft(id, { act: kind })}
              />
              {name}
            </label>
          ))}
      </fieldset>
      {isChosen || isAsking ? <Fields alert={alert} draft={draft} /> : <KeptWords alertId={id} />}
      <div class="act-send">
        {isChosen || isAsking ? (
          <button
            type="submit"
            class="primary"
            disabled={why !== null || isAsking || !isReady(draft) || !isChosen}
          >
            {isAsking ? acts.asking : labelOf(draft.act, alert)}
          </button>
        ) : null}
        <p class={`outcome ${outcome?.kind ?? ''}`} role="status">
          {outcome === undefined || outcome.kind === 'asking' ? '' : outcome.text}
        </p>
        {why === null ? null : <p class="soft">{why}</p>}
        <OtherHasIt alert={alert} />
        {onNow === null ? null : (
          <button type="button" onClick={onNow}>
            {acts.backToNow}
          </button>
        )}
      </div>
    </form>
  )
}

/**
 * The eyes of who writes are on the form: that another took the alert meanwhile stands beside what
 * would be sent.
 */
function OtherHasIt({ alert }: { readonly alert: AlertDetail }) {
  const { operator, revisions, revisionsOmitted, theatre, area } = alert
  const holder = holderOf(operator)
  const isOther = holder !== null && holder !== caller.value?.name && isOpen(alert)
  const at = takenSinceOf(revisions, revisionsOmitted)
  const ago = at === null ? '' : agoWords(nowIn(theatre) - Date.parse(at))
  return (
    <p class="other-has-it" role="status">
      <bdi>{isOther ? words.acts.otherHasIt(holderWords(operator, area), ago) : ''}</bdi>
    </p>
  )
}

function Fields({ alert, draft }: { readonly alert: AlertDetail; readonly draft: Draft }) {
  const id = alert.alertId
  return (
    <div class="act-fields">
      {draft.act === 'acknowledgement' ? (
        <Until
          value={draft.until}
          nowMs={nowIn(alert.theatre)}
          place={alert.area}
          onPick={until => changeDraft(id, { until })}
        />
      ) : null}
      {draft.act === 'response' && draft.corrects !== '' ? (
        <Corrected alert={alert} draft={draft} />
      ) : null}
      {draft.act === 'response' && !withdraws(draft) ? <Response id={id} draft={draft} /> : null}
      {draft.act === 'assignment' ? <AssignTo alert={alert} to={draft.to} /> : null}
      <label class="choice wide">
        <span>{noteLabelOf(draft)}</span>
        <textarea
          rows={2}
          maxLength={4000}
          value={draft.note}
          onInput={event => changeDraft(id, { note: event.currentTarget.value })}
        />
      </label>
      {draft.act === 'resolution' ? <Disposition id={id} value={draft.disposition} /> : null}
      <Readers id={id} value={draft.handling} />
    </div>
  )
}

function withdraws({ act: kind, corrects, withdrawn }: Draft): boolean {
  return kind === 'response' && corrects !== '' && withdrawn
}

function noteLabelOf(draft: Draft): string {
  const { act: kind, response } = draft
  if (withdraws(draft)) return words.responses.whyWithdrawn
  if (kind === 'response')
    return response === 'none' ? words.responses.whyNot : words.responses.text
  return kind === 'comment' ? words.acts.commentText : words.acts.note
}

/**
 * Nobody can give back what nobody has; of a closed alert can be said what was done, and remarked.
 */
function isOffered(kind: Act, alert: AlertDetail): boolean {
  const { acknowledgedBy, assignedTo } = alert.operator
  if (!isOpen(alert)) return kind === 'response' || kind === 'comment'
  return kind !== 'give-back' || acknowledgedBy !== null || assignedTo !== null
}

function labelOf(kind: Act, { operator }: AlertDetail): string {
  if (kind === 'acknowledgement' && operator.acknowledgedBy !== null) return words.acts.takeOver
  return kinds.find(([each]) => each === kind)?.[1] ?? ''
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
      <label class="choice">
        <span>{told.kind}</span>
        <select
          value={draft.response}
          onChange={event =>
            changeDraft(id, { response: event.currentTarget.value as Draft['response'] })
          }
        >
          <option value="">{told.choose}</option>
          {responseKinds.map(kind => (
            <option key={kind} value={kind}>
              {told.kinds[kind]}
            </option>
          ))}
        </select>
      </label>
      <label class="choice">
        <span>
          {told.doneAt}{' '}
          <span class="soft">{draft.corrects === '' ? told.doneAtHint : told.asItWas}</span>
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

interface FieldProps {
  readonly id: string
  readonly value: string
}

/**
 * Who may read the name and the words: partners are told that somebody has the alert, whatever is
 * chosen.
 */
function Readers({ id, value }: FieldProps) {
  return (
    <label class="choice">
      <span>{words.acts.readers}</span>
      <select
        value={value}
        onChange={event =>
          changeDraft(id, { handling: event.currentTarget.value as Draft['handling'] })
        }
      >
        {Object.entries(words.handlings).map(([handling, name]) => (
          <option key={handling} value={handling}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

function Disposition({ id, value }: FieldProps) {
  return (
    <label class="choice">
      <span>{words.acts.disposition}</span>
      <select
        value={value}
        onChange={event => changeDraft(id, { disposition: event.currentTarget.value })}
      >
        <option value="">{words.responses.choose}</option>
        {Object.entries(words.dispositions).map(([disposition, name]) => (
          <option key={disposition} value={disposition}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
