// Webhook subscriptions: how each does, worst first; one of them with its deliveries; the form of a
// new one.

import { findStanding, inOrder } from '../../records/subscription.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { subscriptions } from '../../state/subscriptions.ts'
import { watches } from '../../state/watches.ts'
import { words } from '../../words/words.ts'
import { Record, RecordList } from '../parts/record-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { NewSubscription, OneSubscription } from './one-subscription.tsx'
import { StandingMark, SubscriptionFacts } from './subscription-facts.tsx'

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
      <p class="buttons">
        <button type="button" class="primary" onClick={() => openItem('new')}>
          {words.subscriptions.create}
        </button>
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
