// Shows on the open alert that a silence suppresses its notifications to somebody.

import { silencesNow } from '../../records/subscription.ts'
import type { SilenceOver } from '../../shown/answers.ts'
import type { AlertDetail } from '../../shown/shown-alert.ts'
import { toldToOfficers } from '../../state/alert-detail.ts'
import { nowMs } from '../../state/console-state.ts'
import { openView } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { subscriptions } from '../../state/subscriptions.ts'
import { silencedFrom } from '../../words/filter-words.ts'
import { words } from '../../words/words.ts'
import { Time } from '../parts/time.tsx'

/** Above this only the number of the rest is shown. */
const shownMax = 3

/** Asks who was notified as well: the aside reads that from the same answer. */
export function Silenced({ alert }: { readonly alert: AlertDetail }) {
  const { alertId, revision, operatorRevision } = alert
  useAsking(
    toldToOfficers.load,
    ['silences', 'subscriptions', 'deliveries'],
    [alertId, revision, operatorRevision]
  )
  const silences = silencesNow(toldToOfficers.state.value.body, nowMs.value)
  const more = silences.length - shownMax
  if (silences.length === 0) return null
  return (
    <div class="then silenced" role="status">
      {silences.slice(0, shownMax).map(each => (
        <Line key={each.id} silence={each} />
      ))}
      {more > 0 ? (
        <p>
          <button type="button" class="as-link" onClick={() => openView('silences')}>
            {words.told.silencedMore(more)}
          </button>
        </p>
      ) : null}
    </div>
  )
}

function Line({ silence }: { readonly silence: SilenceOver }) {
  const { id, endsAt, by, reason } = silence
  const { told } = words
  return (
    <p>
      <b>
        {told.silencedUntil} <Time at={endsAt} />
      </b>
      {by === null ? null : (
        <>
          {' '}
          ({told.madeBy} <bdi>{by}</bdi>)
        </>
      )}
      {reason === null ? null : (
        <>
          : <bdi>{reason}</bdi>
        </>
      )}
      {'. '}
      {told.silencedFrom}{' '}
      <bdi>{silencedFrom(silence, subscriptions.state.value.body?.items ?? [])}</bdi>.{' '}
      <OpenSilence id={id} />
    </p>
  )
}

export function OpenSilence({ id }: { readonly id: string }) {
  return (
    <button type="button" class="as-link" onClick={() => openView('silences', id)}>
      {words.told.openSilence}
    </button>
  )
}
