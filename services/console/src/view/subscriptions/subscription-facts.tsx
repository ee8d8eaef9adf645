// What is said of a subscription, in its row and on its page, and how it does by its last attempts.

import { findStanding } from '../../records/subscription.ts'
import type { Subscription } from '../../shown/answers.ts'
import { useResource } from '../../state/resource.ts'
import { health } from '../../state/subscriptions.ts'
import { watchName } from '../../state/watches.ts'
import { eventWords } from '../../words/alert-words.ts'
import { filterWords } from '../../words/filter-words.ts'
import { policyWords } from '../../words/policy-words.ts'
import { waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Facts, Mark } from '../parts/records.tsx'
import { Time } from '../parts/time.tsx'

export function StandingMark({ held }: { readonly held: Subscription }) {
  const { level, state } = findStanding(held)
  return <Mark level={level} text={words.subscriptions.states[state] ?? state} />
}

export function SubscriptionFacts({ held }: { readonly held: Subscription }) {
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

export function Health() {
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
