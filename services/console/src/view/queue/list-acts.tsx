// What is done with the list itself: rows are held still, and all of them selected.

import { selectedMax } from '../../queue/selection.ts'
import { pause, pausedSinceMs, queue, rowNow } from '../../state/queue-state.ts'
import { pickAll } from '../../state/selection.ts'
import { words } from '../../words/words.ts'

/** For who wants to read without a row that moves, whatever the hand does. */
export function Pause() {
  const isOn = pausedSinceMs.value !== null
  return (
    <button type="button" class="pause" aria-pressed={isOn} onClick={() => pause(!isOn)}>
      {words.queue.pause}
    </button>
  )
}

/** All of what is listed, up to what one act may be on. */
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
