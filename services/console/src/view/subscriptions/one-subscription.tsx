// One subscription: how it does, its secret once, a test, a new secret, a change, its end, and its
// deliveries.

import { useState } from 'preact/hooks'
import type { Answer } from '../../http/answers.ts'
import { webhooks } from '../../http/webhooks.ts'
import { makeSubscriptionBody, makeSubscriptionDraft } from '../../records/subscription.ts'
import type { Subscription, TestOutcome } from '../../shown/answers.ts'
import { nowMs } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import {
  acting,
  beginChange,
  changedSubscription,
  changeOpen,
  dropSecret,
  endChange,
  holdSecret,
  newSubscription,
  rotating,
  saveChange,
  secrets,
  subscriptions,
  testing
} from '../../state/subscriptions.ts'
import { timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Excerpt } from '../parts/excerpt.tsx'
import { ActsWait, AskFirst, CommandButton, Outcome, ShownOnce, useOpener } from '../parts/form.tsx'
import { RecordForm } from '../parts/record-form.tsx'
import { BackButton } from '../parts/record-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { Deliveries } from './deliveries.tsx'
import { Health, StandingMark, SubscriptionFacts } from './subscription-facts.tsx'
import { subscriptionParts } from './subscription-parts.tsx'

async function create(): Promise<void> {
  const made = await newSubscription.submit(
    draft => webhooks.create(makeSubscriptionBody(draft)),
    () => words.subscriptions.form.created
  )
  if (made === null) return
  const { id, kind = 'webhook', secret } = made.body
  // A service verifies no signatures.
  if (kind === 'webhook') holdSecret(id, secret, null)
  await subscriptions.load()
  // Who has typed on, or has gone to something else, is not taken away from it.
  if (made.isAll && currentItem.peek() === 'new') openItem(id)
}

function Back() {
  return <BackButton label={words.subscriptions.back} onBack={() => openItem(null)} />
}

export function NewSubscription() {
  const { form, create: title } = words.subscriptions
  return (
    <ViewPage title={title}>
      <Back />
      <RecordForm
        form={newSubscription}
        {...subscriptionParts(newSubscription)}
        label={form.create}
        onSend={create}
      />
    </ViewPage>
  )
}

export function OneSubscription({ held }: { readonly held: Subscription }) {
  const told = words.subscriptions
  const isChanging = changeOpen.value === held.id
  const opener = useOpener(isChanging)
  const { consent } = held
  return (
    <ViewPage title={held.url}>
      <Back />
      <Secret id={held.id} />
      <section class="record">
        <p>
          <StandingMark held={held} />
        </p>
        {held.status === 'unconfirmed' ? <p>{told.unconfirmedHow}</p> : null}
        {consent === undefined ? null : (
          <p>
            {told.asked(
              consent.asked,
              consent.last && [consent.last.status, consent.last.reason].join(' '),
              timeWords(consent.until)
            )}
          </p>
        )}
        <SubscriptionFacts held={held} />
        <Health />
        <Test held={held} />
        <div class="buttons">
          <Acts held={held} />
          <Rotation held={held} />
          {isChanging ? null : (
            <button type="button" ref={opener} onClick={() => beginChange(held)}>
              {told.form.change}
            </button>
          )}
          <ActsWait by={acting} />
          <Outcome state={acting.state.value} />
        </div>
      </section>
      {isChanging ? (
        <Change held={held} />
      ) : (
        <Outcome state={changedSubscription.stateOf(held.id)} />
      )}
      <Deliveries held={held} />
    </ViewPage>
  )
}

function Acts({ held: { id, status } }: { readonly held: Subscription }) {
  const told = words.subscriptions
  const act = async (ask: () => Promise<Answer<unknown>>, done: string) => {
    const outcome = await acting.send(ask, () => done)
    await subscriptions.load()
    return outcome !== null
  }
  const isPaused = status === 'disabled'
  const pause = () =>
    act(
      () => webhooks.change(id, { state: isPaused ? 'active' : 'disabled' }),
      isPaused ? told.resumed : told.paused
    )
  const remove = async () => {
    const isGone = await act(() => webhooks.remove(id), told.removed)
    // Who went on elsewhere meanwhile stays there.
    if (isGone && currentItem.peek() === id) openItem(null)
  }
  const disabled = !acting.canSend.value || acting.state.value.kind === 'asking'
  return (
    <>
      {/* Offered where nothing else keeps it from sending. */}
      {isPaused || status === 'active' || status === 'parked' ? (
        <button type="button" disabled={disabled} onClick={() => void pause()}>
          {isPaused ? told.resume : told.pause}
        </button>
      ) : null}
      <AskFirst
        label={told.remove}
        question={told.removeAsk}
        yes={words.views.deleteIt}
        onYes={() => void remove()}
        disabled={disabled}
      />
    </>
  )
}

function Secret({ id }: { readonly id: string }) {
  const told = words.subscriptions
  const made = secrets.value.get(id)
  if (made === undefined) return null
  const more = told.secretMore(made.until === null ? null : timeWords(made.until))
  return (
    <ShownOnce
      title={told.secret}
      value={made.secret}
      more={more}
      onStored={() => dropSecret(id)}
    />
  )
}

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
  const [excerpt, setExcerpt] = useState('')
  const test = async () => {
    setExcerpt('')
    const sent = await testing.send(() => webhooks.test(held.id), testWords)
    setExcerpt(sent?.body.excerpt ?? '')
    await subscriptions.load()
  }
  return (
    <div class="test">
      <p class="buttons">
        <button type="button" disabled={testing.state.value.kind === 'asking'} onClick={test}>
          {told.test}
        </button>
        <span class="soft">{told.testHow}</span>
      </p>
      <Outcome state={testing.state.value} />
      {excerpt === '' ? null : <Excerpt text={excerpt} />}
    </div>
  )
}

/** How long the earlier secret signs too. */
const overlapHours = 24

function Rotation({ held: { id } }: { readonly held: Subscription }) {
  const told = words.subscriptions
  const rotate = async () => {
    const made = await rotating.send(
      () => webhooks.rotate(id, overlapHours),
      () => told.rotated
    )
    if (made === null) return
    const untilMs = nowMs.peek() + overlapHours * 3_600_000
    holdSecret(id, made.body.secret, new Date(untilMs).toISOString())
  }
  return (
    <CommandButton
      by={rotating}
      words={[told.rotate, told.rotateAsk(overlapHours), told.rotateGo]}
      onYes={() => void rotate()}
    />
  )
}

function Change({ held }: { readonly held: Subscription }) {
  const { form, newer } = words.subscriptions
  return (
    <RecordForm
      form={changedSubscription}
      {...subscriptionParts(changedSubscription)}
      isOpened
      title={form.change}
      label={form.save}
      onSend={() => void saveChange()}
      stands={{
        version: held.version,
        isNewer: held.version > changedSubscription.typed.value.version,
        text: newer,
        begin: () => makeSubscriptionDraft(held)
      }}
      more={
        <button type="button" onClick={endChange}>
          {words.acts.cancel}
        </button>
      }
    />
  )
}
