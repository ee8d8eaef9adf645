// Who was told of the alert: each webhook that it goes to, whether it has what holds now, and since
// when it waits.

import { useContext } from 'preact/hooks'
import type { AlertDelivery } from '../../shown/answers.ts'
import type { AlertDetail } from '../../shown/shown-alert.ts'
import { setAddress } from '../../state/address.ts'
import { openView } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { told } from '../../state/webhooks/told.ts'
import { type ToldPartner, toldLevel, toldPartners } from '../../upkeep/told-partners.ts'
import { eventWords } from '../../words/alert-words.ts'
import { deliveryWords } from '../../words/delivery-words.ts'
import { heldWords } from '../../words/policy-words.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/records.tsx'
import { PlaceOfTimes, Time } from '../parts/time.tsx'

const askEveryMs = 5_000

export function Told({ alert }: { readonly alert: AlertDetail }) {
  const { alertId, revision, operatorRevision } = alert
  useAsking(told.load, askEveryMs, [alertId, revision, operatorRevision])
  const { body, failure } = told.state.value
  const partners = toldPartners(told.all.value)
  const having = partners.filter(({ level }) => level === 'good').length
  return (
    <section class="told" aria-label={words.told.title}>
      <h3>{words.told.title}</h3>
      <Failure failure={failure} />
      {partners.length === 0 ? (
        <p class="soft">{body === null ? words.views.asking : words.told.none}</p>
      ) : (
        <p class="soft">{words.told.summary(having, partners.length)}</p>
      )}
      <ul class="told-list">
        {partners.map(partner => (
          <Partner key={partner.subscriptionId} partner={partner} />
        ))}
      </ul>
      {told.next.value === null ? null : (
        <button type="button" onClick={() => void told.loadOlder()}>
          {words.told.more}
        </button>
      )}
    </section>
  )
}

function Partner({ partner }: { readonly partner: ToldPartner }) {
  const { subscriptionId, host, contact, level, heldBy, deliveries, waitsSince } = partner
  const [newest] = deliveries
  return (
    <li class={`is-${level}`}>
      <h4>
        <bdi>{host}</bdi>{' '}
        {heldBy === null ? (
          <StateMark delivery={newest} />
        ) : (
          <Mark level={level} text={words.subscriptions.states[heldBy] ?? heldBy} />
        )}
      </h4>
      <p>
        {eventWords(newest.type)}
        {newest.acceptedAt === null ? null : (
          <>
            {' '}
            · {words.told.takenAt} <Time at={newest.acceptedAt} />
          </>
        )}
        {waitsSince === null ? null : (
          <>
            {' '}
            · {words.told.since} <Time at={waitsSince} />
          </>
        )}
        <Reason delivery={newest} />
        {newest.nextAt === null ? null : (
          <>
            {' '}
            · {words.told.next} <Time at={newest.nextAt} />
          </>
        )}
      </p>
      <Held delivery={newest} />
      {contact === null ? null : (
        <p>
          {words.told.contact} <bdi>{contact}</bdi>
        </p>
      )}
      <details>
        <summary>
          {words.told.events(deliveries.length)}
          <span class="visually-hidden"> {words.told.of(host)}</span>
        </summary>
        <Events deliveries={deliveries} />
        <button
          type="button"
          class="as-link"
          onClick={() =>
            setAddress({ view: 'subscriptions', item: subscriptionId }, { push: true })
          }
        >
          {words.told.manage}
          <span class="visually-hidden"> {host}</span>
        </button>
      </details>
    </li>
  )
}

function StateMark({ delivery }: { readonly delivery: AlertDelivery }) {
  const { state, attempts } = delivery
  const text = isHeldNow(delivery)
    ? words.policies.held
    : state === 'pending' && attempts > 0
      ? words.subscriptions.retrying
      : deliveryWords(delivery)
  return <Mark level={toldLevel(delivery)} text={text} />
}

function isHeldNow({ state, attempts, held = null }: AlertDelivery): boolean {
  return state === 'pending' && attempts === 0 && held !== null
}

/** Whoever manages the subscription is told by what it is held, whatever that is. */
function Held({ delivery }: { readonly delivery: AlertDelivery }) {
  const place = useContext(PlaceOfTimes)
  const { held = null } = delivery
  if (held === null || !isHeldNow(delivery)) return null
  return (
    <p>
      {heldWords(held, place)}{' '}
      {held.reason === 'silenced' ? (
        <button type="button" class="as-link" onClick={() => openView('silences')}>
          {words.policies.seeSilences}
        </button>
      ) : null}
    </p>
  )
}

function Reason({ delivery: { reason } }: { readonly delivery: AlertDelivery }) {
  return reason === null ? null : <> · {words.subscriptions.reasons[reason] ?? reason}</>
}

function Events({ deliveries }: { readonly deliveries: readonly AlertDelivery[] }) {
  return (
    <ul>
      {deliveries.map(each => (
        <li key={each.sequence}>
          {eventWords(each.type)}{' '}
          <span class="soft">({words.subscriptions.sequence(each.sequence)})</span>{' '}
          <StateMark delivery={each} /> <Time at={each.acceptedAt ?? each.plannedAt} />
          <Reason delivery={each} />
        </li>
      ))}
    </ul>
  )
}
