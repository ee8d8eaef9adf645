// What an officer typed on an alert that is not shown any more: it can not be sent, but copied.

import { clearDraft, typedFor } from '../../state/drafts.ts'
import { words } from '../../words/words.ts'

export function KeptWords({ alertId }: { readonly alertId: string }) {
  const typed = typedFor(alertId)
  if (typed === '') return null
  return (
    <section class="kept-words">
      <label class="choice wide">
        <span>{words.alert.keptWords}</span>
        <textarea readOnly rows={4} value={typed} onFocus={event => event.currentTarget.select()} />
      </label>
      <button type="button" onClick={() => clearDraft(alertId)}>
        {words.alert.dropWords}
      </button>
    </section>
  )
}
