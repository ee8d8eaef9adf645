// Actions on an alert: a bar that stays in sight, at the foot of a narrow page, and the form of the
// open action. Typed text belongs to the alert, not to the form: it survives opening another alert,
// a refusal and a lost link.

import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { isUnknownName, knownPeople } from '../../live/known-people.ts'
import { listNotified } from '../../records/subscription.ts'
import { type AlertDetail, findOwner, isOpen, responseKinds } from '../../shown/shown-alert.ts'
import {
  type Act,
  act,
  acting,
  blankDraft,
  changeDraft,
  clearDraft,
  closeAct,
  type Draft,
  isReady,
  makeDraft,
  openAct,
  openedAct,
  typedFor,
  whyNotNow
} from '../../state/acts.ts'
import { alertKeys, areSingleKeys, type KeyActions } from '../../state/address.ts'
import { toldToOfficers } from '../../state/alert-detail.ts'
import { caller, isLive, isOfficer, mayUse, nowIn, picture } from '../../state/console-state.ts'
import { beginSilence, silenceForAnHour, silencing } from '../../state/silences.ts'
import { watches } from '../../state/watches.ts'
import { readHeadline, responseKindWords } from '../../words/alert-words.ts'
import { agoWords, dayWords, timeAtWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Button, Menu } from '../parts/basics.tsx'
import { Check, Choice, Outcome, Until } from '../parts/form.tsx'
import { Icon } from '../parts/icon.tsx'
import { CopyLink } from '../parts/view-page.tsx'

interface ActBarProps {
  readonly alert: AlertDetail
  /** Shows the alert as it is now; null: it is shown so. */
  readonly onNow: (() => void) | null
}

export function ActBar({ alert, onNow }: ActBarProps) {
  const { acts } = words
  const { alertId, operator } = alert
  const opened = openedAct(alertId)
  const { kind: sent } = acting.stateOf(alertId)
  const isAsking = sent === 'asking' || sent === 'pending'
  const why = whyNotNow(isLive.value, onNow !== null)
  const isOff = why !== null || isAsking
  const isMine = operator.acknowledgedBy !== null && operator.acknowledgedBy === caller.value?.name
  const open = isOpen(alert)
  const acknowledge = (until: string) =>
    isOff ? undefined : void act(alert, { ...blankDraft, act: 'acknowledgement', until })
  const begin = (kind: Act) => openAct(alertId, kind)
  const offered = offeredOn(alert)
  useActKeys({
    ...(offered.includes('acknowledgement') && !isMine
      ? { a: () => acknowledge(blankDraft.until) }
      : {}),
    ...(Object.fromEntries(
      offered.flatMap(kind => (keys[kind] === undefined ? [] : [[keys[kind], () => begin(kind)]]))
    ) as Readonly<Record<string, () => void>>)
  })
  const opener = (kind: Act, name: string, more = '') =>
    offered.includes(kind) ? (
      <Button
        class={`opens-${kind} ${more}`}
        aria-expanded={opened === kind}
        onClick={() =>
          opened === kind && typedFor(alertId) === '' ? closeAct(alertId) : begin(kind)
        }
      >
        {name}… <Key of={keys[kind]} />
      </Button>
    ) : null
  return (
    <>
      <div class="acts line stay surface" role="toolbar" aria-label={acts.title}>
        {open ? (
          <Button
            class={`acknowledge ${isMine ? '' : 'primary'}`}
            disabled={isOff || isMine}
            onClick={() => acknowledge(blankDraft.until)}
          >
            {isMine
              ? words.events.acknowledged
              : operator.acknowledgedBy === null
                ? acts.acknowledge
                : acts.takeOver}{' '}
            <Key of="a" />
          </Button>
        ) : offered.includes('reopening') ? (
          opener('reopening', acts.reopen)
        ) : (
          <p class="ended">{acts.reopenNot}</p>
        )}
        {opener('assignment', acts.assign)}
        {opener('response', acts.response, 'is-wide')}
        {opener('comment', acts.comment, 'is-wide')}
        <Menu
          class="more-acts"
          label={
            <>
              <Icon name="more" /> <span class="only-narrow">{words.views.moreShort}</span>
              <span class="visually-hidden only-wide">{words.views.moreShort}</span>
            </>
          }
          buttonClass=""
        >
          {opener('response', acts.response, 'only-narrow')}
          {opener('comment', acts.comment, 'only-narrow')}
          {open ? (
            <>
              <Button disabled={isOff} onClick={() => acknowledge('none')}>
                <span>
                  {acts.untilEscalates}
                  <small>{why ?? acts.untilEscalatesHint}</small>
                </span>
              </Button>
              <Button onClick={() => begin('acknowledgement')}>{acts.acknowledgeUntil}</Button>
              {opener('resolution', acts.resolve, 'only-narrow')}
            </>
          ) : null}
          <Silence alert={alert} why={why} />
          <CopyLink class="copy-alert in-line" linkOf={() => location.href}>
            {words.queueWork.copyLink}
          </CopyLink>
          <Button onClick={() => print()}>{words.alert.print}</Button>
        </Menu>
        <span class="note line slim quiet">
          {onNow === null ? null : <Button onClick={onNow}>{acts.backToNow}</Button>}
          {why === null ? <Paged alert={alert} /> : <span>{why}</span>}
        </span>
        {opener('resolution', acts.resolve, 'is-wide is-last')}
      </div>
      {opened === null ? (
        <div class="act-outcome">
          <Outcome state={acting.stateOf(alertId)} />
          <OtherHasIt alert={alert} />
        </div>
      ) : (
        <ActForm
          key={opened === 'give-back' ? 'assignment' : opened}
          alert={alert}
          draft={makeDraft(alertId)}
          isOffered={offered.includes(opened)}
          whyNot={why}
          isAsking={isAsking}
        >
          <Outcome state={acting.stateOf(alertId)} />
          <OtherHasIt alert={alert} />
        </ActForm>
      )}
    </>
  )
}

const keys: Partial<Readonly<Record<Act, string>>> = {
  assignment: 's',
  response: 'r',
  comment: 'c',
  resolution: 'e',
  reopening: 'o'
}

function Key({ of }: { readonly of: string | undefined }) {
  if (of === undefined || !areSingleKeys.value) return null
  return (
    <span class="hot-key fine" aria-hidden="true">
      {of.toUpperCase()}
    </span>
  )
}

/** As soon as they can be seen. */
function useActKeys(actions: KeyActions): void {
  useLayoutEffect(() => {
    alertKeys.value = actions
  })
  useLayoutEffect(
    () => () => {
      alertKeys.value = {}
    },
    []
  )
}

/** A resolved alert takes responses and comments; one that an officer resolved can be reopened. */
function offeredOn(alert: AlertDetail): readonly Act[] {
  return isOpen(alert)
    ? ['acknowledgement', 'assignment', 'give-back', 'response', 'comment', 'resolution']
    : isReopenable(alert)
      ? ['reopening', 'response', 'comment']
      : ['response', 'comment']
}

/** An officer resolved it, and its situation continues. */
function isReopenable({ status, operator, window }: AlertDetail): boolean {
  return status === 'resolved' && operator.disposition !== null && window.to === null
}

/** One press silences for an hour, showing who is affected; the form has more. */
function Silence({ alert, why }: { alert: AlertDetail; why: string | null }) {
  const { acts, silences, told } = words
  const { alertId, operatorRevision, severity } = alert
  if (!mayUse('alerts:operate') || !isOpen(alert)) return null
  const rows = listNotified(toldToOfficers.state.value.body)
  const names = rows.map(({ by }) => by ?? told.unnamed).join(', ')
  const off = why ?? (severity === 'extreme' ? acts.silenceExtreme : null)
  const state = silencing.state.value
  const said = state.kind === 'done' || state.kind === 'refused' ? state.text : null
  return (
    <>
      <Button disabled={off !== null} onClick={() => void silenceForAnHour(alert)}>
        <span>
          {acts.silenceHour}
          <small role="status">
            {said ?? off ?? (isOfficer.value ? acts.silences(rows.length, names) : '')}
          </small>
        </span>
      </Button>
      <Button
        onClick={() =>
          beginSilence({ alertId, headline: readHeadline(alert), seen: operatorRevision })
        }
      >
        {silences.ofAlert}
      </Button>
    </>
  )
}

function Paged({ alert: { revisions } }: { readonly alert: AlertDetail }) {
  const pages = revisions.filter(({ data }) => data.notify === 'page')
  const [first] = pages
  return first === undefined ? null : (
    <span>{words.alert.paged(pages.length, dayWords(first.time))}</span>
  )
}

/** Warns next to the form that somebody else owns the alert. */
function OtherHasIt({ alert }: { readonly alert: AlertDetail }) {
  const { operator, theatre } = alert
  const holder = findOwner(operator)
  const isOther = holder !== null && holder !== caller.value?.name && isOpen(alert)
  const { since = null } = operator
  const ago = since === null ? '' : agoWords(nowIn(theatre) - Date.parse(since))
  return (
    <p class="other-has-it soft" role="status">
      <bdi>{isOther ? words.acts.otherHasIt(holder, ago) : ''}</bdi>
    </p>
  )
}

interface ActFormProps {
  readonly alert: AlertDetail
  readonly draft: Draft
  /** What was begun may not be possible any more: it is not turned into something else. */
  readonly isOffered: boolean
  /** Why it cannot be sent now; null: it can. */
  readonly whyNot: string | null
  readonly isAsking: boolean
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

function ActForm({ alert, draft, isOffered, whyNot, isAsking, children }: ActFormProps) {
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
    <form class="act as-grid gap-3" onSubmit={submit} aria-label={title} ref={form}>
      <div class="act-fields line">
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
      <div class="line">
        <button
          type="submit"
          class="primary"
          disabled={whyNot !== null || isAsking || !isReady(draft) || !isOffered}
        >
          {isAsking ? words.views.asking : title}
        </button>
        <Button onClick={() => clearDraft(id)}>{acts.cancel}</Button>
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
        <Button onClick={() => changeDraft(id, { corrects: '', withdrawn: false })}>
          {told.keep}
        </Button>
      </p>
      <Check
        label={told.withdraw}
        isOn={draft.withdrawn}
        turn={withdrawn => changeDraft(id, { withdrawn })}
      />
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
