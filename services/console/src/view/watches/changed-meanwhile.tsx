// Somebody changed the watch since a form was opened: said before what was typed is sent over it.

import type { Watch } from '../../shown/watch.ts'
import { words } from '../../words/words.ts'

interface MeanwhileProps {
  readonly held: Watch
  /** That the form is of. */
  readonly version: number
  readonly goOn: () => void
  readonly restart: () => void
}

export function ChangedMeanwhile({ held, version, goOn, restart }: MeanwhileProps) {
  const told = words.watches
  // A list that was asked before the change is older than the form.
  if (held.version <= version) return null
  const on = held.onWatch.map(({ officer }) => officer).join(', ')
  return (
    <div role="alert" class="newer">
      <p>
        <b>
          <span aria-hidden="true">◐</span> <bdi>{told.newer(on === '' ? told.nobody : on)}</bdi>
        </b>
      </p>
      <p class="buttons">
        <button type="button" onClick={goOn}>
          {told.goOn}
        </button>
        <button type="button" onClick={restart}>
          {told.restart}
        </button>
      </p>
    </div>
  )
}
