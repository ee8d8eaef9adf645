// Deliveries of one subscription, newest first: what was sent, what the endpoint answered, and sending them again.

import { useEffect, useState } from 'preact/hooks'
import type { ReplayAsk } from '../../http/webhooks.ts'
import { webhooks } from '../../http/webhooks.ts'
import type { Delivery, Subscription } from '../../shown/subscription.ts'
import { useAsking } from '../../state/resource.ts'
import { deliveries, olderDeliveries, replaying } from '../../state/subscriptions.ts'
import { hasFailed, rangeFault } from '../../upkeep/subscription-standing.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { Field, Outcome } from '../parts/form.tsx'
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
      deliveries.state.value = { body: null, failure: null }
      olderDeliveries.value = null
      replaying.state.value = { kind: 'idle' }
    },
    [held.id]
  )
  const { body, failure } = deliveries.state.value
  const newest = body?.items ?? []
  const older = (olderDeliveries.value?.items ?? []).filter(({ sequence }) => sequence < (newest.at(-1)?.sequence ?? 0))
  const all: readonly Delivery[] = [...newest, ...older]
  const next = olderDeliveries.value === null ? (body?.next ?? null) : olderDeliveries.value.next
  return (
    <section class="deliveries" aria-labelledby="deliveries-title">
      <h3 id="deliveries-title">{told.deliveries}</h3>
      <Failure failure={failure} />
      {all.length === 0 ? (
        <p>{body === null ? words.views.asking : told.noDeliveries}</p>
      ) : (
        <>
          <Replays held={held} hasFailures={held.parked > 0 || all.some(hasFailed)} />
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
          {next === null ? null : <Older id={held.id} next={next} />}
        </>
      )}
    </section>
  )
}

function Older({ id, next }: { readonly id: string; readonly next: string }) {
  const load = async () => {
    const answer = await webhooks.deliveries(id, next)
    if (answer.kind !== 'ok') return
    const before = olderDeliveries.peek()?.items ?? []
    olderDeliveries.value = { items: [...before, ...answer.body.items], next: answer.body.next }
  }
  return (
    <p>
      <button type="button" onClick={load}>
        {words.subscriptions.older}
      </button>
    </p>
  )
}

function Replays({ held, hasFailures }: { readonly held: Subscription; readonly hasFailures: boolean }) {
  const told = words.subscriptions
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [fault, setFault] = useState<string | undefined>()
  const send = (event: Event) => {
    event.preventDefault()
    const wrong = rangeFault(from, to, held.sequence)
    setFault(wrong === null ? undefined : told.rangeFaults[wrong])
    if (wrong === null) void replay(held.id, { from: Number(from), to: Number(to) })
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
        <button type="submit">{told.replayGo}</button>
        {hasFailures ? (
          <button type="button" onClick={() => replay(held.id, { failed: true })}>
            {told.replayFailed}
          </button>
        ) : null}
      </form>
      <Outcome state={replaying.state.value} />
    </div>
  )
}
