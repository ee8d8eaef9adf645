// Deliveries of a subscription, newest first: what was sent, what the endpoint answered, and
// sending them again. The request of one is asked for when it is opened.

import { useEffect, useState } from 'preact/hooks'
import { type ReplayAsk, webhooks } from '../../http/requests.ts'
import { deliveryLevel, hasFailed, isHeld } from '../../records/subscription.ts'
import type { Delivery, Subscription } from '../../shown/answers.ts'
import { eventName } from '../../shown/shown-alert.ts'
import { mayUse } from '../../state/console-state.ts'
import { openView } from '../../state/current-view.ts'
import { useResource } from '../../state/resource.ts'
import { deliveries, replaying } from '../../state/subscriptions.ts'
import { eventWords } from '../../words/alert-words.ts'
import { deliveryWords, heldWords } from '../../words/policy-words.ts'
import { timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertLink } from '../parts/alert-mark.tsx'
import { Button } from '../parts/button.tsx'
import { ActsWait, Outcome } from '../parts/form.tsx'
import { Excerpt, Facts, Mark, Record, RecordList } from '../parts/records.tsx'
import { Time } from '../parts/time.tsx'

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
      policies.because(policies.tellReasons[because] ?? because),
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
