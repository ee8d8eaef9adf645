// Deliveries of one subscription, newest first: what was sent, what the endpoint answered, and
// sending them again.

import { useEffect, useState } from 'preact/hooks'
import type { ReplayAsk } from '../../http/webhooks.ts'
import { webhooks } from '../../http/webhooks.ts'
import type { Delivery, Subscription } from '../../shown/answers.ts'
import { useAsking } from '../../state/resource.ts'
import { deliveries, replaying } from '../../state/webhooks/subscriptions.ts'
import { hasFailed, newestSequence, rangeFault } from '../../upkeep/subscription-standing.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { ActsWait, Field, Outcome } from '../parts/form.tsx'
import { DeliveryItem } from './delivery-item.tsx'

const askEveryMs = 3_000

export async function replay(id: string, body: ReplayAsk): Promise<void> {
  await replaying.send(
    () => webhooks.replay(id, body),
    ({ replayed }) => words.subscriptions.replayed(replayed)
  )
  await deliveries.load()
}

export function Deliveries({ held }: { readonly held: Subscription }) {
  const told = words.subscriptions
  useAsking(deliveries.load, askEveryMs, [held.id])
  useEffect(
    () => () => {
      deliveries.forget()
      replaying.forget()
    },
    [held.id]
  )
  const { body, failure } = deliveries.state.value
  const all: readonly Delivery[] = deliveries.all.value
  return (
    <section class="deliveries" aria-labelledby="deliveries-title">
      <h3 id="deliveries-title">{told.deliveries}</h3>
      <Failure failure={failure} />
      {all.length === 0 ? (
        <p>{body === null ? words.views.asking : told.noDeliveries}</p>
      ) : (
        <>
          <Replays
            id={held.id}
            newest={newestSequence(held, all)}
            hasFailures={held.parked > 0 || all.some(hasFailed)}
          />
          <ul class="records">
            {all.map(each => (
              <DeliveryItem
                key={each.sequence}
                id={held.id}
                delivery={each}
                onReplay={() => replay(held.id, { ids: [each.id] })}
              />
            ))}
          </ul>
          {deliveries.next.value === null ? null : (
            <p>
              <button type="button" onClick={() => void deliveries.loadOlder()}>
                {told.older}
              </button>
            </p>
          )}
        </>
      )}
    </section>
  )
}

interface ReplaysProps {
  readonly id: string
  /** Sequence of the newest delivery known. */
  readonly newest: number
  readonly hasFailures: boolean
}

function Replays({ id, newest, hasFailures }: ReplaysProps) {
  const told = words.subscriptions
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [since, setSince] = useState('')
  const [fault, setFault] = useState<string | undefined>()
  const send = (event: Event) => {
    event.preventDefault()
    const wrong = rangeFault(from, to, newest)
    setFault(wrong === null ? undefined : told.rangeFaults[wrong])
    if (wrong === null) void replay(id, { from: Number(from), to: Number(to) })
  }
  return (
    <div class="replays">
      <form class="inline-form" onSubmit={send} aria-label={told.replayRange}>
        <Field label={`${told.replayRange}: ${told.from}`} fault={fault}>
          {attributes => (
            <input
              {...attributes}
              inputMode="numeric"
              class="short"
              value={from}
              onInput={event => setFrom(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={told.to}>
          {attributes => (
            <input
              {...attributes}
              inputMode="numeric"
              class="short"
              value={to}
              onInput={event => setTo(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" disabled={!replaying.canSend.value}>
          {told.replayGo}
        </button>
        {hasFailures ? (
          <button
            type="button"
            disabled={!replaying.canSend.value}
            onClick={() => replay(id, { failed: true })}
          >
            {told.replayFailed}
          </button>
        ) : null}
        <ActsWait by={replaying} />
      </form>
      <form
        class="inline-form"
        aria-label={told.replaySince}
        onSubmit={event => {
          event.preventDefault()
          void replay(id, { since: `${since}Z` })
        }}
      >
        <Field label={told.replaySince}>
          {attributes => (
            <input
              {...attributes}
              type="datetime-local"
              required
              value={since}
              onInput={event => setSince(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" disabled={!replaying.canSend.value}>
          {told.replayGo}
        </button>
      </form>
      <Outcome state={replaying.state.value} />
    </div>
  )
}
