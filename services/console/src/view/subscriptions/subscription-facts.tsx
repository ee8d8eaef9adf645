// What is said of a subscription, in its row and on its page.

import type { Subscription } from '../../shown/answers.ts'
import { watchName } from '../../state/webhooks/watches.ts'
import { standingOf } from '../../upkeep/subscription-standing.ts'
import { policyWords } from '../../words/policy-words.ts'
import { words } from '../../words/words.ts'
import { Fact, Mark } from '../parts/records.tsx'
import { filterWords } from './filter-words.ts'

export function StandingMark({ held }: { readonly held: Subscription }) {
  const { level, state } = standingOf(held)
  return <Mark level={level} text={words.subscriptions.states[state] ?? state} />
}

export function SubscriptionFacts({ held }: { readonly held: Subscription }) {
  const told = words.subscriptions
  const {
    kind,
    filter,
    types,
    order,
    policy,
    pending,
    parked,
    sequence,
    contact,
    heartbeatSeconds,
    notices = [],
    digest = false,
    handling
  } = held
  return (
    <dl class="facts-row">
      <Fact name={told.lag}>{told.waiting(pending)}</Fact>
      {parked === 0 ? null : (
        <Fact name={told.setAside}>
          <strong>{told.waiting(parked)}</strong>
        </Fact>
      )}
      <Fact name={told.newest}>{sequence === 0 ? told.nothingYet : sequence}</Fact>
      {kind === undefined || kind === 'webhook' ? null : (
        <Fact name={told.form.kind}>{told.form.kinds[kind] ?? kind}</Fact>
      )}
      <Fact name={told.wants}>{filterWords(filter)}</Fact>
      {types ? <Fact name={told.form.types}>{types.join(', ')}</Fact> : null}
      <Fact name={told.order}>{told.ordersShort[order] ?? order}</Fact>
      <Fact name={told.handling}>{told.upTo(handling)}</Fact>
      {contact === null ? null : (
        <Fact name={told.contact}>
          <bdi>{contact}</bdi>
        </Fact>
      )}
      {heartbeatSeconds === undefined || heartbeatSeconds === null ? null : (
        <Fact name={told.heartbeat}>{told.everySeconds(heartbeatSeconds)}</Fact>
      )}
      {digest ? <Fact name={told.digest}>{told.digestMondays}</Fact> : null}
      {notices.length === 0 ? null : (
        <Fact name={told.notices}>
          {told.noticesWords(notices.map(kind => told.noticesShort[kind] ?? kind))}
        </Fact>
      )}
      <Fact name={words.policies.name} isLong>
        {policyWords(policy, watchName)}
      </Fact>
    </dl>
  )
}
