// Who was told of the alert, for an officer who manages no subscriptions: who has it, and whom to call.

import { useEffect } from 'preact/hooks'
import type { AlertDetail } from '../../shown/shown-alert.ts'
import type { AlertTold } from '../../shown/subscription.ts'
import { useAsking } from '../../state/resource.ts'
import { toldToOfficers } from '../../state/webhooks/told.ts'
import { toldInOrder, toldLevels } from '../../upkeep/told-partners.ts'
import { eventWords } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/records.tsx'
import { Time } from '../parts/time.tsx'

const askEveryMs = 5_000

export function ToldToOfficers({ alert }: { readonly alert: AlertDetail }) {
  const { alertId, revision, operatorRevision } = alert
  useAsking(toldToOfficers.load, askEveryMs, [alertId, revision, operatorRevision])
  useEffect(() => toldToOfficers.forget, [alertId])
  const { body, failure } = toldToOfficers.state.value
  const rows = toldInOrder(body?.items ?? [])
  const having = rows.filter(({ state }) => state === 'accepted').length
  return (
    <section class="told" aria-label={words.told.title}>
      <h3>{words.told.title}</h3>
      <Failure failure={failure} />
      {rows.length > 0 ? (
        <p class="soft">{words.told.summary(having, rows.length)}</p>
      ) : failure === null ? (
        <p class="soft">{body === null ? words.views.asking : words.told.noneInReach}</p>
      ) : null}
      <ul class="told-list">
        {rows.map(row => (
          <Row key={row.subscriptionId} row={row} />
        ))}
      </ul>
    </section>
  )
}

function Row({ row: { by, contact, type, state, acceptedAt, waitsSince, reminded } }: { readonly row: AlertTold }) {
  const { told } = words
  return (
    <li class={`is-${toldLevels[state]}`}>
      <h4>
        <bdi>{by ?? told.unnamed}</bdi> <Mark level={toldLevels[state]} text={told.states[state]} />
      </h4>
      <p>
        {eventWords(type)}
        {acceptedAt === null ? null : (
          <>
            {' '}
            · {told.takenAt} <Time at={acceptedAt} />
          </>
        )}
        {waitsSince === null ? null : (
          <>
            {' '}
            · {told.since} <Time at={waitsSince} />
          </>
        )}
        {reminded ? (
          <>
            {' '}
            · {told.reminded(reminded.count)} <Time at={reminded.at} />
            {told.newestReminder(reminded.state)}
          </>
        ) : null}
      </p>
      {contact === null ? null : (
        <p>
          {told.contact} <bdi>{contact}</bdi>
        </p>
      )}
    </li>
  )
}
