// At a glance, on the alert that is open: a silence holds back from somebody what is new of it.

import type { AlertTold, SilenceOver } from '../../shown/answers.ts'
import type { AlertDetail } from '../../shown/shown-alert.ts'
import { suiteNowMs } from '../../state/console-state.ts'
import { openView } from '../../state/current-view.ts'
import { useAsking } from '../../state/resource.ts'
import { overLately } from '../../state/webhooks/silences.ts'
import { subscriptions } from '../../state/webhooks/subscriptions.ts'
import { toldToOfficers } from '../../state/webhooks/told.ts'
import { silencedFrom } from '../../upkeep/silenced-words.ts'
import { type SilenceLately, silencesLately } from '../../upkeep/silences/silences-lately.ts'
import { endOf, sentSince, silencesNow } from '../../upkeep/told-partners.ts'
import { eventWords } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'
import { Time } from '../parts/time.tsx'

const askEveryMs = 5_000
/** One that ends is seen at once by those that hold: this is for what others ended before. */
const overEveryMs = 30_000
/** Of more it is said how many there are. */
const shownMax = 3

/** Asks who was told as well: what is told to officers below is read from the same answer. */
export function Silenced({ alert }: { readonly alert: AlertDetail }) {
  const { alertId, revision, operatorRevision } = alert
  useAsking(toldToOfficers.load, askEveryMs, [alertId, revision, operatorRevision])
  const silences = silencesNow(toldToOfficers.state.value.body, suiteNowMs.value)
  const more = silences.length - shownMax
  return (
    <>
      <WasSilenced alert={alert} holding={silences} />
      {silences.length === 0 ? null : (
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
      )}
    </>
  )
}

/** For an hour after its end: who comes to the alert then knows why partners heard of it late. */
function WasSilenced({
  alert,
  holding
}: {
  readonly alert: AlertDetail
  readonly holding: readonly SilenceOver[]
}) {
  const ids = holding.map(({ id }) => id).join(' ')
  useAsking(overLately.load, overEveryMs, [alert.alertId, ids])
  const over = silencesLately(overLately.state.value.body?.items ?? [], alert, suiteNowMs.value)
  if (over.length === 0) return null
  return (
    <div class="then was-silenced" role="status">
      {over.slice(0, shownMax).map(each => (
        <OverLine key={each.silence.id} {...each} />
      ))}
    </div>
  )
}

function OverLine({ silence, isSure }: SilenceLately) {
  const { told } = words
  const { taken, waiting } = sentSince(silence, toldToOfficers.state.value.body)
  return (
    <p>
      <b>
        {isSure ? told.silencedBefore : told.maybeSilencedBefore} <Time at={endOf(silence)} />
      </b>
      <WhoAndWhy {...silence} />. {told.silenceOver}{' '}
      {taken.length + waiting.length > 0
        ? null
        : toldToOfficers.state.value.body === null
          ? null
          : told.nothingSince}
      {taken.length === 0 ? null : (
        <>
          {told.sentSince} <Names rows={taken} />.{' '}
        </>
      )}
      {waiting.length === 0 ? null : (
        <>
          {told.notTakenYet} <Names rows={waiting} />.{' '}
        </>
      )}
      <OpenSilence id={silence.id} />
    </p>
  )
}

function Names({ rows }: { readonly rows: readonly AlertTold[] }) {
  return (
    <>
      {rows.map(({ subscriptionId, by, acceptedAt, type }, i) => (
        <span key={subscriptionId}>
          {i === 0 ? '' : '; '}
          <bdi>{by ?? words.told.unnamed}</bdi> ({eventWords(type)}
          {acceptedAt === null ? null : (
            <>
              , <Time at={acceptedAt} />
            </>
          )}
          )
        </span>
      ))}
    </>
  )
}

function WhoAndWhy({ by, reason }: Pick<SilenceOver, 'by' | 'reason'>) {
  return (
    <>
      {by === null ? null : (
        <>
          {' '}
          ({words.told.madeBy} <bdi>{by}</bdi>)
        </>
      )}
      {reason === null ? null : (
        <>
          : <bdi>{reason}</bdi>
        </>
      )}
    </>
  )
}

function Line({ silence }: { readonly silence: SilenceOver }) {
  const { id, endsAt } = silence
  const { told } = words
  return (
    <p>
      <b>
        {told.silencedUntil} <Time at={endsAt} />
      </b>
      <WhoAndWhy {...silence} />. {told.silencedFrom}{' '}
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
