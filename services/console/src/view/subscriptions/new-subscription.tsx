// The form of a new subscription.

import { webhooks } from '../../http/webhooks.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import {
  creating,
  holdSecret,
  newSubscription,
  subscriptions
} from '../../state/webhooks/subscriptions.ts'
import { bodyOfSubscription } from '../../upkeep/subscription-draft.ts'
import { words } from '../../words/words.ts'
import { Outcome } from '../parts/form.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { SubscriptionFields } from './subscription-fields.tsx'

async function create(event: Event): Promise<void> {
  event.preventDefault()
  const draft = newSubscription.typed.peek()
  const body = bodyOfSubscription(draft)
  const made = await creating.send(
    () => webhooks.create(body),
    () => words.subscriptions.form.created
  )
  if (made === null) return
  // A service verifies no signatures.
  if (draft.kind === 'webhook') holdSecret(made.body.id, made.body.secret, null)
  const isAll = newSubscription.settle(draft)
  await subscriptions.load()
  // Who has typed on, or has gone to something else, is not taken away from it.
  if (isAll && currentItem.peek() === 'new') openItem(made.body.id)
}

export function NewSubscription() {
  const { form, back } = words.subscriptions
  const state = creating.state.value
  return (
    <ViewPage title={form.title}>
      <p>
        <button type="button" onClick={() => openItem(null)}>
          {back}
        </button>
      </p>
      <form class="fields" onSubmit={create}>
        <SubscriptionFields draft={newSubscription} state={state} urlHint={form.urlHint} />
        <p class="buttons">
          <button type="submit" class="primary" disabled={state.kind === 'asking'}>
            {form.create}
          </button>
        </p>
        <Outcome state={state} />
      </form>
    </ViewPage>
  )
}
