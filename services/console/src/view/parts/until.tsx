// Until when an alert is taken: for so long, or until a time of day, which officers agree on rather
// than on hours.

import { useEffect, useId, useRef } from 'preact/hooks'
import { isClock, noClock, untilTime } from '../../live/until-time.ts'
import { type TimePlace, timeAtWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Choice } from './choice.tsx'

interface UntilProps {
  readonly value: string
  /** The time of the theatre, or of the suite where several are meant, ms. */
  readonly nowMs: number
  readonly place?: TimePlace | undefined
  readonly onPick: (until: string) => void
}

const clock = 'clock'

export function Until({ value, nowMs, place, onPick }: UntilProps) {
  const { acts } = words
  const clockId = useId()
  const field = useRef<HTMLInputElement>(null)
  const isAtClock = isClock(value)
  const begun = useRef(isAtClock)
  useEffect(() => {
    if (isAtClock && !begun.current) field.current?.focus()
    begun.current = isAtClock
  }, [isAtClock])
  const at = isAtClock ? untilTime(value, nowMs) : null
  return (
    <span class="choice until">
      <Choice
        label={acts.until}
        value={isAtClock ? clock : value}
        options={[...Object.entries(acts.untils), [clock, acts.untilClock]]}
        onPick={until => onPick(until === clock ? noClock : until)}
      />
      {isAtClock ? (
        <>
          <label for={clockId}>{acts.clock}</label>
          <input
            ref={field}
            id={clockId}
            type="time"
            required
            value={value === noClock ? '' : value}
            onChange={({ currentTarget }) =>
              onPick(currentTarget.value === '' ? noClock : currentTarget.value)
            }
          />
          <span class="soft" role="status">
            {at === null ? acts.clockMissing : timeAtWords(at, place)}
          </span>
        </>
      ) : null}
    </span>
  )
}
