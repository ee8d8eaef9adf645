// The address of the page is the state that can be bookmarked and sent to others: filter, chosen
// alert, look. There is no other stored state.

import { signal } from '@preact/signals'

const read = () => new URLSearchParams(location.search)

/** The content of the address; changes with it. */
export const address = signal(read())

addEventListener('popstate', () => {
  address.value = read()
})

/**
 * Sets members; null removes one. `push`: the way back leads to the address before, as for opening
 * an alert; else the entry is replaced, as for each letter of a search.
 */
export function setAddress(
  members: Readonly<Record<string, string | null>>,
  { push = false } = {}
): void {
  const query = read()
  for (const [name, value] of Object.entries(members)) {
    if (value === null) query.delete(name)
    else query.set(name, value)
  }
  const text = query.toString()
  if (text === read().toString()) return
  history[push ? 'pushState' : 'replaceState'](
    null,
    '',
    text === '' ? location.pathname : `?${text}`
  )
  address.value = query
}
