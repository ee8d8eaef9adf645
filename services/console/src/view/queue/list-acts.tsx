// Actions on the list: pause its order, and select all.

import { selectedMax } from '../../queue/selection.ts'
import { pause, pausedSinceMs, queue, rowNow } from '../../state/queue-state.ts'
import { pickAll } from '../../state/selection.ts'
import { words } from '../../words/words.ts'

/** Lets an officer read without moving rows. */
export function Pause() {
  const isOn = pausedSinceMs.value !== null
  return (
    <button type="button" class="pause" aria-pressed={isOn} onClick={() => pause(!isOn)}>
      {words.queue.pause}
    </button>
  )
}

/** Selects all listed alerts, up to the limit of one act. */
export function SelectAll() {
  const { length } = queue.value.rows
  const { queueWork } = words
  // A menu keeps what it was first drawn with: a list in the closure would keep old alerts.
  const pick = () => pickAll(queue.peek().rows.slice(0, selectedMax).map(rowNow))
  return (
    <button type="button" class="select-all" disabled={length === 0} onClick={pick}>
      {length > selectedMax ? queueWork.selectAllUpTo(selectedMax) : queueWork.selectAll}
    </button>
  )
}
