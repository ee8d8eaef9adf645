// One silence in a list, or by itself: what it is for, from whom it holds that back, by whom, and
// until when.

import { silences as asks } from '../../http/silences.ts'
import { makeSilenceDraft, silenceStanding } from '../../records/silence.ts'
import type { Silence } from '../../shown/answers.ts'
import { mayUse, nowMs } from '../../state/console-state.ts'
import { editSilence, ending, extendSilence } from '../../state/silences.ts'
import { subscriptions } from '../../state/subscriptions.ts'
import { silencedFrom, silencedWords } from '../../words/filter-words.ts'
import { ageWords, waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertLink } from '../parts/alert-link.tsx'
import { ActsWait, AskFirst } from '../parts/form.tsx'
import { Record } from '../parts/record-list.tsx'
import { Facts, Mark } from '../parts/records.tsx'
import { Time } from '../parts/time.tsx'

const levels = {
  holding: 'warn',
  unbacked: 'bad',
  'matches-nothing': 'bad',
  waiting: 'unknown',
  over: 'unknown'
} as const

interface ItemProps {
  readonly silence: Silence
  /** After it was ended. */
  readonly reload: () => Promise<void>
}

export function SilenceItem({ silence, reload }: ItemProps) {
  const told = words.silences
  const { id, reason, by, createdAt, startsAt, endsAt, endedAt, matches, includesExtreme } = silence
  const now = nowMs.value
  const state = silenceStanding(silence, now)
  const isOver = state === 'over'
  const end = async () => {
    await ending.send(
      () => asks.end(id),
      () => told.endDone
    )
    await reload()
  }
  return (
    <Record
      isUnder
      is={levels[state]}
      title={reason ?? told.untold}
      mark={<Mark level={levels[state]} text={told.states[state]} />}
    >
      <Facts
        of={[
          [
            told.what,
            <>
              <What silence={silence} />
              {includesExtreme ? `; ${told.extreme}` : ''}
            </>
          ],
          [told.where, silencedFrom(silence, subscriptions.state.value.body?.items ?? [])],
          [told.by, by ?? told.untold],
          [told.age, ageWords(now - Date.parse(createdAt))],
          state === 'waiting' ? [told.begins, <Time key="at" at={startsAt} />] : null,
          [
            isOver ? told.ended : told.ends,
            <>
              <Time at={endedAt ?? endsAt} />
              {isOver ? '' : told.left(waitWords(Date.parse(endsAt) - now))}
            </>
          ],
          [told.matches, isOver ? null : matches]
        ]}
      />
      {isOver ? null : (
        <p class="buttons">
          {makeSilenceDraft(silence, now) === null ? null : (
            <>
              <button
                type="button"
                disabled={!ending.canSend.value}
                onClick={() => void extendSilence(silence).then(reload)}
              >
                {told.extend}
              </button>
              <button type="button" onClick={() => editSilence(silence)}>
                {told.edit}
              </button>
            </>
          )}
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
    </Record>
  )
}

function What({ silence }: { readonly silence: Silence }) {
  const { alertId } = silence
  if (alertId === null || !mayUse('alerts:read')) return <>{silencedWords(silence)}</>
  return <AlertLink id={alertId}>{words.views.openAlert}</AlertLink>
}
