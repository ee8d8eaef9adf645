// Deliveries of one subscription, newest first: what was sent, what the endpoint answered, and
// sending them again.

import { type ReplayAsk, webhooks } from '../../http/webhooks.ts'
import { hasFailed } from '../../records/subscription.ts'
import type { Delivery, Subscription } from '../../shown/answers.ts'
import { useResource } from '../../state/resource.ts'
import { deliveries, replaying } from '../../state/subscriptions.ts'
import { words } from '../../words/words.ts'
import { ActsWait, Outcome } from '../parts/form.tsx'
import { RecordList } from '../parts/record-list.tsx'
import { DeliveryItem } from './delivery-item.tsx'

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
        <button
          type="button"
          disabled={!replaying.canSend.value}
          onClick={() => void replay(id, { failed: true })}
        >
          {words.subscriptions.replayFailed}
        </button>
      ) : null}
      <ActsWait by={replaying} />
      <Outcome state={replaying.state.value} />
    </div>
  )
}
