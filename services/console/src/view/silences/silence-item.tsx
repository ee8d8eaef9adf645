// One silence in a list, or by itself: what it is for, from whom it holds that back, by whom, and
// until when.

import { silences as asks } from '../../http/silences.ts'
import type { Silence } from '../../shown/answers.ts'
import { setAddress } from '../../state/address.ts'
import { mayUse, suiteNowMs } from '../../state/console-state.ts'
import { ending } from '../../state/webhooks/silences.ts'
import { subscriptions } from '../../state/webhooks/subscriptions.ts'
import { silenceStanding } from '../../upkeep/silence-draft.ts'
import { silencedFrom, silencedWords } from '../../upkeep/silenced-words.ts'
import { ageWords, waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { ActsWait, AskFirst } from '../parts/form.tsx'
import { Fact, type Level, Mark } from '../parts/records.tsx'
import { Time } from '../parts/time.tsx'

const levels: Readonly<Record<ReturnType<typeof silenceStanding>, Level>> = {
  holding: 'warn',
  unbacked: 'bad',
  'matches-nothing': 'bad',
  waiting: 'unknown',
  over: 'unknown'
}

interface ItemProps {
  readonly silence: Silence
  /** After it was ended. */
  readonly reload: () => Promise<void>
}

export function SilenceItem({ silence, reload }: ItemProps) {
  const told = words.silences
  const { id, reason, by, createdAt, startsAt, endsAt, endedAt, matches, holds, includesExtreme } =
    silence
  const now = suiteNowMs.value
  const state = silenceStanding(silence, now)
  const level = levels[state]
  const isOver = state === 'over'
  const end = async () => {
    await ending.send(
      () => asks.end(id),
      () => told.endDone
    )
    await reload()
  }
  return (
    <li class={`record is-${level}`}>
      <h4>
        <bdi>{reason ?? told.untold}</bdi> <Mark level={level} text={told.states[state]} />
      </h4>
      <dl class="facts-row">
        <Fact name={told.what}>
          <What silence={silence} />
          {includesExtreme ? `; ${told.extreme}` : ''}
        </Fact>
        <Fact name={told.where}>
          <bdi>{silencedFrom(silence, subscriptions.state.value.body?.items ?? [])}</bdi>
        </Fact>
        <Fact name={told.by}>
          <bdi>{by ?? told.untold}</bdi>
        </Fact>
        <Fact name={told.age}>{ageWords(now - Date.parse(createdAt))}</Fact>
        {state === 'waiting' ? (
          <Fact name={told.begins}>
            <Time at={startsAt} />
          </Fact>
        ) : null}
        <Fact name={isOver ? told.ended : told.ends}>
          <Time at={endedAt ?? endsAt} />
          {isOver ? '' : told.left(waitWords(Date.parse(endsAt) - now))}
        </Fact>
        {matches === null || isOver ? null : <Fact name={told.matches}>{matches}</Fact>}
        {holds === null || isOver ? null : <Fact name={told.holds}>{told.holding(holds)}</Fact>}
      </dl>
      {isOver ? null : (
        <p class="buttons">
          <AskFirst
            label={told.end}
            question={told.endAsk}
            yes={told.endYes}
            onYes={() => void end()}
            disabled={!ending.canSend.value}
          />
          <ActsWait by={ending} />
        </p>
      )}
    </li>
  )
}

function What({ silence }: { readonly silence: Silence }) {
  const { alertId } = silence
  if (alertId === null || !mayUse('alerts:read')) return <>{silencedWords(silence)}</>
  return (
    <button
      type="button"
      class="as-link"
      onClick={() => setAddress({ alert: alertId, view: null, item: null }, { push: true })}
    >
      {words.silences.openAlert}
    </button>
  )
}
