// The time in UTC and here, by the suite's clock, as officers tell it to one another; and that of
// theatres which are replayed.

import { suiteNowMs, theatres } from '../../state/console-state.ts'
import { timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'

const here = new Intl.DateTimeFormat(words.timesAs, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit'
})
const inUtc = new Intl.DateTimeFormat(words.timesAs, {
  timeZone: 'UTC',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit'
})

/** Where it is UTC here too, one time says it. */
const isElsewhere = () => new Date(suiteNowMs.value).getTimezoneOffset() !== 0

export function Clocks() {
  const replays = theatres.value.filter(({ clock, now }) => clock === 'replay' && now !== null)
  return (
    <div class="clocks">
      <time dateTime={new Date(suiteNowMs.value).toISOString()}>
        <b>{inUtc.format(suiteNowMs.value)}</b> {words.top.utc}
        {isElsewhere() ? (
          <span class="soft">
            {' '}
            · {here.format(suiteNowMs.value)} {words.top.local}
          </span>
        ) : null}
      </time>
      {replays.map(({ id, now }) => (
        <span key={id} class="replay">
          {words.time.replay(id, timeWords(now as string))}
        </span>
      ))}
    </div>
  )
}
