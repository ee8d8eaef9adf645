// One subscription: how it does, its secret once, a test, a new secret, a change, its end, and its
// deliveries.

import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import { webhooks } from '../../http/webhooks.ts'
import type { Subscription, TestOutcome } from '../../shown/answers.ts'
import { mayUse, suiteNowMs } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import {
  beginChange,
  changedSubscription,
  changeOpen,
  changing,
  dropSecret,
  endChange,
  forgetActs,
  holdSecret,
  lastTest,
  pausing,
  removing,
  rotating,
  saveChange,
  secrets,
  subscriptions,
  testing,
  warned
} from '../../state/webhooks/subscriptions.ts'
import {
  changeOfSubscription,
  changeOnto,
  draftOfSubscription,
  partsChanged
} from '../../upkeep/subscription-draft.ts'
import { timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { ChangedMeanwhile } from '../parts/changed-meanwhile.tsx'
import { Excerpt } from '../parts/excerpt.tsx'
import {
  ActsWait,
  AskFirst,
  Field,
  faultIn,
  Outcome,
  SendButton,
  ShownOnce,
  takeFocus,
  useOpener
} from '../parts/form.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { Deliveries } from './deliveries.tsx'
import { Health } from './health.tsx'
import { StandingMark, SubscriptionFacts } from './subscription-facts.tsx'
import { SubscriptionFields } from './subscription-fields.tsx'

export function OneSubscription({ held }: { readonly held: Subscription }) {
  const told = words.subscriptions
  const isChanging = changeOpen.value === held.id
  const opener = useOpener(isChanging)
  useEffect(() => forgetActs, [held.id])
  const remove = async () => {
    const outcome = await removing.send(
      () => webhooks.remove(held.id),
      () => told.removed
    )
    if (outcome === null) return
    await subscriptions.load()
    // Who went on elsewhere meanwhile stays there.
    if (currentItem.peek() === held.id) openItem(null)
  }
  return (
    <ViewPage title={held.url}>
      <p>
        <button type="button" onClick={() => openItem(null)}>
          {told.back}
        </button>
      </p>
      <Secret id={held.id} />
      <section class="record">
        <p>
          <StandingMark held={held} />
        </p>
        {held.status === 'unconfirmed' ? <p>{told.unconfirmedHow}</p> : null}
        {held.consent === undefined ? null : (
          <p>
            {told.asked(
              held.consent.asked,
              held.consent.last && [held.consent.last.status, held.consent.last.reason].join(' '),
              timeWords(held.consent.until)
            )}
          </p>
        )}
        <SubscriptionFacts held={held} />
        <Health id={held.id} />
        <Test held={held} />
        <div class="buttons">
          <Pause held={held} />
          <Vouch held={held} />
          <Rotation held={held} />
          {isChanging ? null : (
            <button type="button" ref={opener} onClick={() => beginChange(held)}>
              {told.form.change}
            </button>
          )}
          <AskFirst
            label={told.remove}
            question={told.removeAsk}
            yes={told.removeYes}
            onYes={remove}
            disabled={!removing.canSend.value}
          />
          <ActsWait by={removing} />
          <Outcome state={pausing.state.value} />
          <Outcome state={removing.state.value} />
        </div>
      </section>
      {warned.value?.id === held.id ? (
        <p class="fault" role="status">
          {warned.value.text}
        </p>
      ) : null}
      {isChanging ? <Change held={held} /> : null}
      <Deliveries held={held} />
    </ViewPage>
  )
}

/** Offered where nothing else keeps it from sending. */
function Pause({ held }: { readonly held: Subscription }) {
  const told = words.subscriptions
  const isPaused = held.status === 'disabled'
  if (!isPaused && held.status !== 'active' && held.status !== 'parked') return null
  const change = async () => {
    await pausing.send(
      () => webhooks.change(held.id, { state: isPaused ? 'active' : 'disabled' }),
      () => (isPaused ? told.resumed : told.paused)
    )
    await subscriptions.load()
  }
  return (
    <button
      type="button"
      disabled={!pausing.canSend.value || pausing.state.value.kind === 'asking'}
      onClick={() => void change()}
    >
      {isPaused ? told.resume : told.pause}
    </button>
  )
}

/** In a network of the operator's own an administrator may answer for an endpoint. */
function Vouch({ held }: { readonly held: Subscription }) {
  const told = words.subscriptions
  if (held.status !== 'unconfirmed' || !mayUse('admin')) return null
  const vouch = async () => {
    await pausing.send(
      () => webhooks.vouch(held.id),
      () => told.vouched
    )
    await subscriptions.load()
  }
  return (
    <AskFirst
      label={told.vouch}
      question={told.vouchAsk}
      yes={told.vouchYes}
      onYes={vouch}
      disabled={!pausing.canSend.value}
    />
  )
}

function Secret({ id }: { readonly id: string }) {
  const told = words.subscriptions
  const made = secrets.value.get(id)
  if (made === undefined) return null
  const more =
    made.until === 'none'
      ? told.overlapOver
      : told.secretMore(made.until === null ? null : timeWords(made.until))
  return (
    <ShownOnce
      title={told.secret}
      value={made.secret}
      more={more}
      onStored={() => dropSecret(id)}
    />
  )
}

/** The types that a receiver handles first; the suite has samples of more. */
const sampleTypes = [
  'alert.raised',
  'alert.escalated',
  'alert.revised',
  'alert.resolved',
  'alert.retracted'
]

function testWords({ accepted, durationMs, kind, status, reason }: TestOutcome): string {
  const told = words.subscriptions
  const ms = Math.round(durationMs)
  if (accepted) return told.testAccepted(status ?? 200, ms)
  return told.testRefused(
    status === undefined
      ? (told.reasons[reason ?? kind] ?? reason ?? kind)
      : told.statusWas(status),
    ms
  )
}

function Test({ held }: { readonly held: Subscription }) {
  const told = words.subscriptions
  const state = testing.state.value
  const last = lastTest.value?.id === held.id ? lastTest.value : null
  const excerpt = last?.outcome?.excerpt ?? ''
  const [type, setType] = useState('')
  const test = async () => {
    lastTest.value = { id: held.id, outcome: null }
    const sent = await testing.send(() => webhooks.test(held.id, type), testWords)
    lastTest.value = { id: held.id, outcome: sent?.body ?? null }
    await subscriptions.load()
  }
  return (
    <div class="test">
      <p class="buttons">
        <button type="button" disabled={state.kind === 'asking'} onClick={test}>
          {told.test}
        </button>
        <select
          aria-label={told.testType}
          value={type}
          onChange={event => setType(event.currentTarget.value)}
        >
          <option value="">{told.testPlain}</option>
          {sampleTypes.map(each => (
            <option key={each} value={each}>
              {told.testSample(each)}
            </option>
          ))}
        </select>
        <span class="soft">{told.testHow}</span>
      </p>
      {last === null ? null : <Outcome state={state} />}
      {excerpt === '' ? null : <Excerpt text={excerpt} />}
    </div>
  )
}
function Rotation({ held }: { readonly held: Subscription }) {
  const told = words.subscriptions
  const [isOpen, setOpen] = useState(false)
  const opener = useOpener(isOpen)
  const [hours, setHours] = useState('24')
  const state = rotating.state.value
  const rotate = async (event: Event) => {
    event.preventDefault()
    const overlap = Number(hours)
    const made = await rotating.send(
      () => webhooks.rotate(held.id, overlap),
      () => told.rotated
    )
    if (made === null) return
    const until =
      overlap === 0 ? 'none' : new Date(suiteNowMs.peek() + overlap * 3_600_000).toISOString()
    holdSecret(held.id, made.body.secret, until)
    setOpen(false)
  }
  if (!isOpen) {
    return (
      <button type="button" ref={opener} onClick={() => setOpen(true)}>
        {told.rotate}
      </button>
    )
  }
  return (
    <form class="inline-form" ref={takeFocus} onSubmit={rotate} aria-label={told.rotateTitle}>
      <Field label={told.overlap} hint={told.overlapHint} fault={faultIn(state, 'overlapHours')}>
        {attributes => (
          <input
            {...attributes}
            inputMode="decimal"
            required
            value={hours}
            onInput={event => setHours(event.currentTarget.value)}
          />
        )}
      </Field>
      <p class="buttons">
        <button type="submit" class="primary" disabled={state.kind === 'asking'}>
          {told.rotateGo}
        </button>
        <button type="button" onClick={() => setOpen(false)}>
          {told.form.cancel}
        </button>
      </p>
      <Outcome state={state} />
    </form>
  )
}

function Change({ held }: { readonly held: Subscription }) {
  const { form } = words.subscriptions
  const state = changing.state.value
  const draft = changedSubscription.typed.value
  const { seen } = draft
  const newer = seen?.id === held.id ? partsChanged(seen, held) : []
  const isTyped = Object.keys(changeOfSubscription(draft)).length > 0
  const restart = () => changedSubscription.restart({ ...draftOfSubscription(held), seen: held })
  useLayoutEffect(() => {
    // Where nothing was typed there is nothing to ask: the form shows what is in force.
    if (newer.length > 0 && !isTyped) restart()
  }, [newer.join(), isTyped, held])
  const save = (event: Event) => {
    event.preventDefault()
    void saveChange()
  }
  const goOn = () => {
    changing.forget()
    changedSubscription.change(changeOnto(changedSubscription.typed.peek(), held))
  }
  return (
    <form class="fields" ref={takeFocus} onSubmit={save} aria-label={form.change}>
      <SubscriptionFields
        draft={changedSubscription}
        state={state}
        urlHint={form.urlKept}
        isKindFixed
      />
      <ChangedMeanwhile
        text={
          newer.length > 0 && isTyped
            ? words.subscriptions.newer(newer.map(part => words.subscriptions.parts[part] ?? part))
            : null
        }
        goOn={goOn}
        restart={() => {
          changing.forget()
          restart()
        }}
      />
      <p class="buttons">
        <SendButton by={changing} label={form.save} />
        <button type="button" onClick={endChange}>
          {form.cancel}
        </button>
      </p>
      <Outcome state={state} />
    </form>
  )
}
