// Who was notified of the alert: who accepted it, what blocks it, and whom to call.

import { useContext } from 'preact/hooks'
import {
  findSilence,
  listNotified,
  listNotNotified,
  rowLevel,
  toldInOrder
} from '../../records/subscription.ts'
import type { AlertTold } from '../../shown/answers.ts'
import { toldToOfficers } from '../../state/alert-detail.ts'
import { mayUse } from '../../state/console-state.ts'
import { eventWords } from '../../words/alert-words.ts'
import { heldWords } from '../../words/policy-words.ts'
import { words } from '../../words/words.ts'
import { AlertLink } from '../parts/alert-link.tsx'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/records.tsx'
import { PlaceOfTimes, Time } from '../parts/time.tsx'
import { OpenSilence } from './silenced.tsx'

/** `Silenced` above it requests the data (silenced.tsx). */
export function Notified() {
  const { body, failure } = toldToOfficers.state.value
  const rows = toldInOrder(listNotified(body))
  const having = rows.filter(({ state }) => state === 'accepted').length
  return (
    <>
      <Failure failure={failure} />
      {rows.length === 0 ? (
        failure === null ? (
          <p>{body === null ? words.views.asking : words.told.noneInReach}</p>
        ) : null
      ) : (
        <details class="told">
          <summary>{words.told.summary(having, rows.length)}</summary>
          <ul class="told-list">
            {rows.map(row => (
              <Row key={row.subscriptionId} row={row} />
            ))}
          </ul>
        </details>
      )}
      <NotNotified rows={listNotNotified(body)} />
    </>
  )
}

/** Folded: an officer asks for it only if somebody should have been notified. */
function NotNotified({ rows }: { readonly rows: readonly AlertTold[] }) {
  const { told } = words
  if (rows.length === 0) return null
  return (
    <details class="told">
      <summary>{told.notNotified(rows.length)}</summary>
      <ul class="told-others">
        {rows.map(({ subscriptionId, by, cause }) => (
          <li key={subscriptionId}>
            <bdi>{by ?? told.unnamed}</bdi>: {told.causes[cause] ?? cause}
          </li>
        ))}
      </ul>
    </details>
  )
}

function Row({ row }: { readonly row: AlertTold }) {
  const {
    by,
    contact,
    type,
    state,
    acceptedAt,
    waitsSince,
    reminded,
    held = null,
    repeatHeld = null
  } = row
  const { told } = words
  const level = rowLevel(row)
  const stateWords =
    state === 'held' && held?.reason === 'silenced' ? told.silenced : told.states[state]
  return (
    <li class={`is-${level}`}>
      <h4>
        <bdi>{by ?? told.unnamed}</bdi> <Mark level={level} text={stateWords} />
      </h4>
      <p>
        {type === null ? null : eventWords(type)}
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
      {held === null ? null : <Held row={row} held={held} />}
      {repeatHeld === null ? null : <NotRepeated held={repeatHeld} />}
      {contact === null ? null : (
        <p>
          {told.contact} <bdi>{contact}</bdi>
        </p>
      )}
    </li>
  )
}

/** Why the notification is not repeated, and until when. */
function NotRepeated({
  held: { reason, until, by }
}: {
  readonly held: NonNullable<AlertTold['repeatHeld']>
}) {
  const place = useContext(PlaceOfTimes)
  const { told } = words
  return (
    <p>
      {told.notRepeated}{' '}
      {reason === null ? told.heldUntold : heldWords({ reason, until, by }, place)}{' '}
      {by !== null && reason === 'silenced' ? <OpenSilence id={by} /> : null}
    </p>
  )
}

/** What defers the notification, and until when, if the officer may know. */
function Held({
  row,
  held
}: {
  readonly row: AlertTold
  readonly held: NonNullable<AlertTold['held']>
}) {
  const place = useContext(PlaceOfTimes)
  const { told } = words
  const { reason, until, by } = held
  if (reason === null) return <p>{told.heldUntold}</p>
  const silence = findSilence(row, toldToOfficers.state.value.body)
  if (reason === 'silenced' && silence !== null)
    return (
      <p>
        {told.heldBySilence} <Time at={until ?? silence.endsAt} />
        {silence.by === null ? null : (
          <>
            {' '}
            ({told.madeBy} <bdi>{silence.by}</bdi>)
          </>
        )}
        . <OpenSilence id={silence.id} />
      </p>
    )
  return (
    <p>
      {heldWords({ reason, until, by }, place)}{' '}
      {by !== null && reason === 'told-in-story' && mayUse('alerts:read') ? (
        <AlertLink id={by}>{told.toldInstead}</AlertLink>
      ) : null}
    </p>
  )
}
