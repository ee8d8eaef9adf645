// What the list is narrowed by, each by name, and the way out of it: at the foot of the list.

import { formatAddress, wholeQueue } from '../../queue/queue-filter.ts'
import { setAddress } from '../../state/address.ts'
import { filter } from '../../state/console-state.ts'
import { words } from '../../words/words.ts'
import { Icon } from '../parts/icon.tsx'
import { activeParts, partWords } from './filter-words.ts'
import { tabNow } from './presets.tsx'

export function ActiveFilters() {
  const now = filter.value
  const parts = activeParts(now)
  if (parts.length === 0 || tabNow(now) !== null) return null
  return (
    <ul class="active-filters" aria-label={words.filters.activeOnes}>
      {parts.map(part => (
        <li key={part}>
          <button
            type="button"
            class="token"
            aria-label={words.filters.drop(partWords(part, now))}
            onClick={() => setAddress(formatAddress({ ...now, [part]: wholeQueue[part] }))}
          >
            <bdi>{partWords(part, now)}</bdi> <Icon name="cross" />
          </button>
        </li>
      ))}
    </ul>
  )
}
