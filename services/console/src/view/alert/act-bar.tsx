// Actions on an alert: a bar that stays in sight, at the foot of a narrow page, and the form of the
// open action. Typed text belongs to the alert, not to the form: it survives opening
// another alert, a refusal and a lost link.

import { useLayoutEffect } from 'preact/hooks'
import { listNotified } from '../../records/subscription.ts'
import { type AlertDetail, findOwner, isOpen } from '../../shown/shown-alert.ts'
import { act, acting, whyNotNow } from '../../state/acts.ts'
import { alertKeys, areSingleKeys, type KeyActions } from '../../state/address.ts'
import { toldToOfficers } from '../../state/alert-detail.ts'
import { caller, isLive, isOfficer, mayUse, nowIn } from '../../state/console-state.ts'
import {
  type Act,
  blankDraft,
  closeAct,
  makeDraft,
  openAct,
  openedAct,
  typedFor
} from '../../state/drafts.ts'
import { beginSilence, silenceForAnHour, silencing } from '../../state/silences.ts'
import { readHeadline } from '../../words/alert-texts.ts'
import { agoWords, dayWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { CopyLink } from '../parts/copy-link.tsx'
import { Outcome } from '../parts/form.tsx'
import { Icon } from '../parts/icon.tsx'
import { Menu } from '../parts/menu.tsx'
import { ActForm } from './act-form.tsx'

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
      <button
        type="button"
        class={`opens-${kind} ${more}`}
        aria-expanded={opened === kind}
        onClick={() =>
          opened === kind && typedFor(alertId) === '' ? closeAct(alertId) : begin(kind)
        }
      >
        {name}… <Key of={keys[kind]} />
      </button>
    ) : null
  return (
    <>
      <div class="acts" role="toolbar" aria-label={acts.title}>
        {open ? (
          <button
            type="button"
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
          </button>
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
              <Icon name="more" /> <span class="only-narrow">{acts.more}</span>
              <span class="visually-hidden only-wide">{acts.more}</span>
            </>
          }
          buttonClass=""
        >
          {opener('response', acts.response, 'only-narrow')}
          {opener('comment', acts.comment, 'only-narrow')}
          {open ? (
            <>
              <button type="button" disabled={isOff} onClick={() => acknowledge('none')}>
                <span>
                  {acts.untilEscalates}
                  <small>{why ?? acts.untilEscalatesHint}</small>
                </span>
              </button>
              <button type="button" onClick={() => begin('acknowledgement')}>
                {acts.acknowledgeUntil}
              </button>
              {opener('resolution', acts.resolve, 'only-narrow')}
            </>
          ) : null}
          <Silence alert={alert} why={why} />
          <CopyLink class="copy-alert" linkOf={() => location.href}>
            {words.queueWork.copyLink}
          </CopyLink>
          <button type="button" onClick={() => print()}>
            {words.alert.print}
          </button>
        </Menu>
        <span class="note">
          {onNow === null ? null : (
            <button type="button" onClick={onNow}>
              {acts.backToNow}
            </button>
          )}
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

/** Single keys of acts. */
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
    <span class="hot-key" aria-hidden="true">
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

interface SilenceProps {
  readonly alert: AlertDetail
  readonly why: string | null
}

/** One press silences for an hour, showing who is affected; the form has more. */
function Silence({ alert, why }: SilenceProps) {
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
      <button type="button" disabled={off !== null} onClick={() => void silenceForAnHour(alert)}>
        <span>
          {acts.silenceHour}
          <small role="status">
            {said ?? off ?? (isOfficer.value ? acts.silences(rows.length, names) : '')}
          </small>
        </span>
      </button>
      <button
        type="button"
        onClick={() =>
          beginSilence({ alertId, headline: readHeadline(alert), seen: operatorRevision })
        }
      >
        {silences.ofAlert}
      </button>
    </>
  )
}

/** How often people were paged about it, and since when. */
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
    <p class="other-has-it" role="status">
      <bdi>{isOther ? words.acts.otherHasIt(holder, ago) : ''}</bdi>
    </p>
  )
}
