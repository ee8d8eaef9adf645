// Silences that were begun for something else and not sent: nothing typed is overwritten by the
// next.

import { goOnWith, newSilence } from '../../state/webhooks/silences.ts'
import { nameOfSilence } from '../../upkeep/silence-draft.ts'
import { words } from '../../words/words.ts'

export function LeftSilences() {
  const told = words.silences
  const left = newSilence.left.value
  if (left.length === 0) return null
  return (
    <section class="record is-warn" aria-label={told.begun}>
      <p>{told.begun}:</p>
      <ul class="buttons">
        {left.map(draft => (
          <li key={draft.of}>
            <button type="button" onClick={() => goOnWith(draft)}>
              <bdi>{told.goOn(nameOfSilence(draft) || told.unnamed)}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
