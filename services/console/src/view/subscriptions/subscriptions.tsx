// Webhook subscriptions: how each does, worst first; one of them with its secret once, a test, a new
// secret, a change, its end and its deliveries; and the form of a new one.

import { useEffect, useState } from 'preact/hooks'
import type { Answer } from '../../http/answers.ts'
import { type ReplayAsk, webhooks } from '../../http/requests.ts'
import { distinctNames } from '../../records/roster.ts'
import {
  deliveryLevel,
  eventTypes,
  findStanding,
  hasFailed,
  inOrder,
  isHeld,
  makeSubscriptionBody,
  makeSubscriptionDraft,
  type SubscriptionDraft,
  subscriptionFields,
  subscriptionKinds,
  withKind
} from '../../records/subscription.ts'
import type { Delivery, Subscription, TestOutcome } from '../../shown/answers.ts'
import { eventName } from '../../shown/shown-alert.ts'
import { mayUse, nowMs } from '../../state/console-state.ts'
import { currentItem, openItem, openView } from '../../state/current-view.ts'
import type { Form } from '../../state/forms.ts'
import { useAsking, useResource } from '../../state/resource.ts'
import {
  acting,
  beginChange,
  changedSubscription,
  changeOpen,
  deliveries,
  dropSecret,
  endChange,
  health,
  holdSecret,
  newSubscription,
  replaying,
  rotating,
  saveChange,
  secrets,
  subscriptions,
  testing
} from '../../state/subscriptions.ts'
import { watches, watchName } from '../../state/watches.ts'
import { eventWords } from '../../words/alert-words.ts'
import { filterWords } from '../../words/filter-words.ts'
import { deliveryWords, heldWords, policyWords } from '../../words/policy-words.ts'
import { timeWords, waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertLink, Time } from '../parts/alert-mark.tsx'
import { Button } from '../parts/basics.tsx'
import {
  ActsWait,
  AskFirst,
  ChoiceField,
  CommandButton,
  Outcome,
  ShownOnce,
  useOpener
} from '../parts/form.tsx'
import { collectOptions, type Option, type OptionLists, RecordForm } from '../parts/record-form.tsx'
import { BackButton, Excerpt, Facts, Mark, Record, RecordList } from '../parts/records.tsx'
import { ViewPage } from '../parts/view-page.tsx'

async function load(): Promise<void> {
  await Promise.all([subscriptions.load(), watches.load()])
}

export function Subscriptions() {
  useAsking(load, ['subscriptions', 'watches'])
  const chosen = currentItem.value
  const { body } = subscriptions.state.value
  const title = words.views.names.subscriptions
  if (chosen === 'new') return <NewSubscription />
  if (chosen !== null) {
    const held = body?.items.find(({ id }) => id === chosen)
    if (held !== undefined) return <OneSubscription key={held.id} held={held} />
  }
  return (
    <ViewPage title={title} lead={words.subscriptions.lead}>
      <p class="line">
        <Button class="primary" onClick={() => openItem('new')}>
          {words.subscriptions.create}
        </Button>
      </p>
      {chosen !== null && body !== null ? <p role="alert">{words.subscriptions.gone}</p> : null}
      <RecordList
        of={subscriptions}
        items={body === null ? null : inOrder(body.items)}
        keyOf={({ id }) => id}
        label={title}
        none={words.subscriptions.none}
        draw={each => (
          <Record
            is={findStanding(each).level}
            title={each.url}
            onOpen={() => openItem(each.id)}
            mark={<StandingMark held={each} />}
          >
            <SubscriptionFacts held={each} />
          </Record>
        )}
      />
    </ViewPage>
  )
}

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

function NewSubscription() {
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

function OneSubscription({ held }: { readonly held: Subscription }) {
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
        <div class="line">
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
        <Button disabled={disabled} onClick={() => void pause()}>
          {isPaused ? told.resume : told.pause}
        </Button>
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
      <p class="line">
        <Button disabled={testing.state.value.kind === 'asking'} onClick={test}>
          {told.test}
        </Button>
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
      more={<Button onClick={endChange}>{words.acts.cancel}</Button>}
    />
  )
}

function StandingMark({ held }: { readonly held: Subscription }) {
  const { level, state } = findStanding(held)
  return <Mark level={level} text={words.subscriptions.states[state] ?? state} />
}

function SubscriptionFacts({ held }: { readonly held: Subscription }) {
  const told = words.subscriptions
  const { kind = 'webhook', policy, sequence, heartbeatSeconds, notices = [] } = held
  return (
    <Facts
      of={[
        [told.lag, told.waiting(held.pending)],
        held.parked > 0 ? [told.setAside, <strong>{told.waiting(held.parked)}</strong>] : null,
        [told.newest, sequence === 0 ? told.nothingYet : sequence],
        kind === 'webhook' ? null : [told.form.kind, told.form.kinds[kind] ?? kind],
        [told.wants, filterWords(held.filter) || told.everything],
        [told.form.types, held.types?.map(type => eventWords(type)).join(', ')],
        [told.order, told.ordersShort[held.order] ?? held.order],
        [told.handling, told.upTo(words.handlings[held.handling])],
        [told.contact, held.contact],
        [told.heartbeat, heartbeatSeconds && told.everySeconds(heartbeatSeconds)],
        held.digest === true ? [told.digest, told.digestMondays] : null,
        notices.length === 0
          ? null
          : [told.notices, told.noticesWords(notices.map(each => told.noticesShort[each] ?? each))],
        [words.policies.policy, policyWords(policy, watchName), true]
      ]}
    />
  )
}

function Health() {
  const told = words.subscriptions
  const { body } = useResource(health, ['deliveries'])
  if (body === null) return null
  const { lagSeconds, acceptedAt, failure, hour, day, attempts } = body
  const { p50Ms, p99Ms } = attempts
  return (
    <Facts
      of={[
        [told.oldest, lagSeconds === null ? null : waitWords(lagSeconds * 1_000)],
        [told.acceptedAt, acceptedAt && <Time at={acceptedAt} />],
        [
          told.failedAt,
          failure && (
            <>
              <Time at={failure.at} />:{' '}
              {failure.status === null ? '' : `${told.statusWas(failure.status)}, `}
              {told.reasons[failure.reason] ?? failure.reason}
            </>
          )
        ],
        [told.hour, told.share(hour.accepted, hour.accepted + hour.failed)],
        [told.day, told.share(day.accepted, day.accepted + day.failed)],
        p50Ms === null || p99Ms === null
          ? null
          : [told.took, told.tookMs(Math.round(p50Ms), Math.round(p99Ms))]
      ]}
    />
  )
}

function subscriptionParts(form: Form<SubscriptionDraft>) {
  const { form: told, orders, order } = words.subscriptions
  const { policies, filters } = words
  const { kind, seen } = form.typed.value
  const isNew = seen === null
  const kinds = subscriptionKinds.map((code): Option => [code, told.kinds[code] ?? code])
  const hints = isNew
    ? { urlHint: kind === 'webhook' ? told.urlHint : '' }
    : { urlHint: told.urlKept, tokenHint: told.secretKept, routingKeyHint: told.secretKept }
  const texts = { ...filters.byName, ...told.destination, ...told, ...policies, order }
  return {
    table: subscriptionFields,
    told: {
      ...texts,
      ...hints,
      quietHours: policies.hasQuietHours,
      urlExample: told.urlExamples[kind] ?? told.urlExample
    },
    lists: makeLists(form.typed.value.watch, orders),
    own: isNew
      ? {
          kind: (
            <ChoiceField
              key="kind"
              form={form}
              name="kind"
              told={{ kind: told.kind, kindHint: told.kindHints[kind] ?? '' }}
              options={kinds}
              changes={code => withKind(form.typed.peek(), code)}
            />
          )
        }
      : {}
  }
}

function makeLists(watch: string, orders: Readonly<Record<string, string>>): OptionLists {
  const { policies } = words
  const { any, noticeKinds } = words.subscriptions.form
  const rosters = distinctNames(watches.state.value.body?.items ?? [])
  const isKnown = watch === '' || rosters.some(({ id }) => id === watch)
  return {
    minSeverity: [['', any], ...collectOptions('leastSeverities', {})],
    order: Object.entries(orders),
    telling: Object.entries(policies.tellings),
    stories: Object.entries(policies.storyWords),
    types: eventTypes.map(code => [code, eventWords(code)]),
    notices: Object.entries(noticeKinds),
    timeZone: ['', ...Intl.supportedValuesOf('timeZone')].map(zone => [zone, zone]),
    watch: [
      ['', policies.noWatch],
      ...rosters.map(({ id, name }): Option => [id, name]),
      ...(isKnown ? [] : [[watch, policies.unknownWatch(watch)] as const])
    ]
  }
}

async function replay(id: string, body: ReplayAsk): Promise<void> {
  await replaying.send(
    () => webhooks.replay(id, body),
    ({ replayed }) => words.subscriptions.replayed(replayed)
  )
  await deliveries.load()
}

export function Deliveries({ held }: { readonly held: Subscription }) {
  const told = words.subscriptions
  const { body } = useResource(deliveries, ['deliveries'])
  const all = body?.items ?? []
  return (
    <section class="deliveries" aria-labelledby="deliveries-title">
      <h3 id="deliveries-title">{told.deliveries}</h3>
      {all.length === 0 ? null : <Replays held={held} all={all} />}
      <RecordList<Delivery>
        of={deliveries}
        items={body?.items ?? null}
        keyOf={({ sequence }) => String(sequence)}
        label={told.deliveries}
        none={told.noDeliveries}
        older={told.older}
        draw={each => (
          <DeliveryItem
            id={held.id}
            delivery={each}
            onReplay={() => void replay(held.id, { ids: [each.id] })}
          />
        )}
      />
    </section>
  )
}

interface ReplaysProps {
  readonly held: Subscription
  readonly all: readonly Delivery[]
}

/** A range of deliveries, or all since a time, is sent again from the command line. */
function Replays({ held: { id, parked }, all }: ReplaysProps) {
  return (
    <div class="replays">
      {parked > 0 || all.some(hasFailed) ? (
        <Button
          disabled={!replaying.canSend.value}
          onClick={() => void replay(id, { failed: true })}
        >
          {words.subscriptions.replayFailed}
        </Button>
      ) : null}
      <ActsWait by={replaying} />
      <Outcome state={replaying.state.value} />
    </div>
  )
}

interface ItemProps {
  readonly id: string
  readonly delivery: Delivery
  readonly onReplay: () => void
}

function DeliveryItem({ id, delivery, onReplay }: ItemProps) {
  const told = words.subscriptions
  const { policies } = words
  const [isOpen, setOpen] = useState(false)
  const { sequence, state, last, attempts, round, type, held, waited, because, repeated } = delivery
  const level = deliveryLevel(delivery)
  const isWaiting = isHeld(delivery)
  const stateWords = isWaiting
    ? policies.held
    : state === 'pending' && last !== null
      ? told.retrying
      : deliveryWords(delivery)
  const said = [
    eventWords(type),
    attempts > 0 && told.attempts(attempts),
    round > 0 && told.round(round),
    last !== null && answerWords(delivery),
    because !== null &&
      state !== 'muted' &&
      policies.because(policies.sendReasons[because] ?? because),
    waited !== null && policies.heldBefore(words.told.holds[waited] ?? waited),
    repeated !== null &&
      `${policies.repeated(repeated.count, timeWords(repeated.at))}${words.told.newestReminder(repeated.state)}`
  ]
  return (
    <Record
      isUnder
      is={level}
      title={told.sequence(sequence)}
      mark={
        <>
          <Mark level={level} text={stateWords} />
          <span class="soft">{said.filter(each => each !== false).join(' · ')}</span>
        </>
      }
    >
      {isWaiting && held !== null ? <Held held={held} /> : null}
      {delivery.repeatHeld === null ? null : (
        <Held held={delivery.repeatHeld} before={words.told.notRepeated} />
      )}
      <p class="line">
        <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {told.details}
          <span class="visually-hidden"> {told.sequence(sequence)}</span>
        </Button>
        <Button disabled={!replaying.canSend.value} onClick={onReplay}>
          {told.replayOne}
          <span class="visually-hidden"> {told.sequence(sequence)}</span>
        </Button>
      </p>
      {isOpen ? <Details id={id} delivery={delivery} /> : null}
    </Record>
  )
}

/** Why it waits, until when, and by what. */
function Held({ held, before = '' }: { held: NonNullable<Delivery['held']>; before?: string }) {
  const { by, reason } = held
  const isOfAlert = by !== null && reason === 'told-in-story' && mayUse('alerts:read')
  return (
    <p>
      {before} {heldWords(held)}
      {by !== null && reason === 'silenced' ? (
        <>
          {' '}
          <Button class="as-link" onClick={() => openView('silences')}>
            {words.policies.seeSilences}
          </Button>
        </>
      ) : null}{' '}
      {isOfAlert ? <Alert id={by}>{words.told.toldInstead}</Alert> : null}
    </p>
  )
}

function answerWords({ last }: Delivery): string {
  const told = words.subscriptions
  if (last === null) return told.noAnswer
  const ms = Math.round(last.durationMs)
  return last.status === null ? told.unanswered(ms) : told.answered(last.status, ms)
}

function Details({ id, delivery }: Omit<ItemProps, 'onReplay'>) {
  const told = words.subscriptions
  const { sequence, alertId, previousId, superseded, nextAt, last, attempts, round } = delivery
  const [one, setOne] = useState<Delivery | null>(null)
  useEffect(() => {
    let isLeft = false
    void webhooks.delivery(id, sequence).then(answer => {
      if (!isLeft && answer.kind === 'ok') setOne(answer.body.items[0] ?? null)
    })
    return () => {
      isLeft = true
    }
  }, [id, sequence, attempts, round])
  const text = last?.excerpt ?? ''
  return (
    <div class="columns">
      <section>
        <h5>{told.request}</h5>
        <Facts
          of={[
            [told.eventId, <code>{delivery.id}</code>],
            [told.eventType, eventName(delivery.type)],
            [told.planned, <Time at={delivery.plannedAt} />],
            [told.previous, previousId === null ? told.first : <code>{previousId}</code>],
            superseded && [
              told.names,
              words.time.span(String(superseded.from), String(superseded.to))
            ],
            [told.alert, <Alert id={alertId}>{words.views.openAlert}</Alert>]
          ]}
        />
        {one?.request === undefined ? null : <Request {...one.request} />}
      </section>
      <section>
        <h5>{told.response}</h5>
        {last === null ? (
          <p>{told.noAnswer}</p>
        ) : (
          <Facts
            of={[
              [told.lastOutcome, <Time at={last.at} />],
              [told.response, answerWords(delivery)],
              [told.reason, last.reason && (told.reasons[last.reason] ?? last.reason)],
              [told.nextAt, nextAt && <Time at={nextAt} />]
            ]}
          />
        )}
        {last === null || last.status === null ? null : text === '' ? (
          <p class="soft">{told.emptyAnswer}</p>
        ) : (
          <Excerpt text={text} />
        )}
      </section>
    </div>
  )
}

/** By its id to who may read no alerts. */
function Alert({ id, children }: { readonly id: string; readonly children: string }) {
  return mayUse('alerts:read') ? <AlertLink id={id}>{children}</AlertLink> : <code>{id}</code>
}

/** As it was sent, but for time and signature, which each attempt makes anew. */
function Request({ method, url, headers, body }: NonNullable<Delivery['request']>) {
  const lines = [
    `${method} ${url}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ''
  ]
  return <Excerpt text={[...lines, body ?? words.subscriptions.noBody].join('\n')} />
}
