// What the list is filtered by while the fields of it are folded away, and the way out of each.

import '../../style/filters.css'
import { addressOf, wholeQueue } from '../../queue/queue-filter.ts'
import { setAddress } from '../../state/address.ts'
import { filter } from '../../state/console-state.ts'
import { words } from '../../words/words.ts'
import { activeParts, partWords } from './filter-words.ts'

/**
 * Filters that are on and whose fields are folded away, on a wall (`isAll`) all of them: each is
 * named, and goes by a press. The severities have fields of their own unless the screen is too
 * small for them.
 */
export function ActiveFilters({ isAll }: { readonly isAll: boolean }) {
  const now = filter.value
  const hidden = activeParts(now).filter(part => isAll || part !== 'text')
  if (hidden.length === 0) return null
  return (
    <ul class="active-filters" aria-label={words.filters.activeOnes}>
      {hidden.map(part => (
        <li key={part} class={part === 'severity' && !isAll ? 'has-own-field' : ''}>
          <button
            type="button"
            aria-label={words.filters.drop(partWords(part, now))}
            onClick={() => setAddress(addressOf({ ...now, [part]: wholeQueue[part] }))}
          >
            <bdi>{partWords(part, now)}</bdi> <span aria-hidden="true">✕</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
