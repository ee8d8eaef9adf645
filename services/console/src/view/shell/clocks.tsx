// The time in UTC and here, by the suite's clock, as officers tell it to one another; and that of
// theatres which are replayed.

import { nowMs, theatres } from '../../state/console-state.ts'
import { timeWords } from '../../words/time-words.ts'
import { timeFormat, words } from '../../words/words.ts'

const dayInUtc = timeFormat({
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short'
})
const here = timeFormat({
  hour: '2-digit',
  minute: '2-digit'
})
const inUtc = timeFormat({
  timeZone: 'UTC',
  hour: '2-digit',
  minute: '2-digit'
})

/** If local time is UTC too, one clock is enough. */
const isElsewhere = () => new Date(nowMs.value).getTimezoneOffset() !== 0

/** A replayed theatre has its own clock, which its alerts use. */
export function Clocks() {
  const replays = theatres.value.filter(({ clock, now }) => clock === 'replay' && now !== null)
  return (
    <div
      class="clocks"
      title={replays
        .map(({ id, now }) => words.time.replay(id, timeWords(now as string)))
        .join('\n')}
    >
      <time dateTime={new Date(nowMs.value).toISOString()}>
        <b>{inUtc(nowMs.value)}</b>{' '}
        <span class="soft">
          {words.top.utc} · {dayInUtc(nowMs.value)}
          {isElsewhere() ? ` · ${here(nowMs.value)} ${words.top.local}` : ''}
        </span>
      </time>
      {replays.map(({ id, now }) => (
        <span key={id} class="replay">
          {words.time.replay(id, timeWords(now as string))}
        </span>
      ))}
    </div>
  )
}
