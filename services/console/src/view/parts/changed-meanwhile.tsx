// Somebody changed a thing since a form of it was opened: said before what was typed is sent over
// it.

import { words } from '../../words/words.ts'

interface MeanwhileProps {
  /** What changed; null: nothing did. */
  readonly text: string | null
  readonly goOn: () => void
  readonly restart: () => void
}

export function ChangedMeanwhile({ text, goOn, restart }: MeanwhileProps) {
  const told = words.views
  if (text === null) return null
  return (
    <div role="alert" class="newer">
      <p>
        <b>
          <span aria-hidden="true">◐</span> <bdi>{text}</bdi>
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
