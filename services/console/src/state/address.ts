// The address of the page is the state that can be bookmarked and sent to others: filter, chosen
// alert, look, whether single keys act. There is no other stored state.

import { computed, signal } from '@preact/signals'

const read = () => new URLSearchParams(location.search)

export const address = signal(read())

addEventListener('popstate', () => {
  address.value = read()
})

/** Null removes a member. `push`: the way back leads to the address before. */
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

const [member, off] = ['keys', 'off']

export const areSingleKeys = computed(() => address.value.get(member) !== off)

export function switchSingleKeys(areOn: boolean): void {
  setAddress({ [member]: areOn ? null : off })
}

export type KeyActions = Readonly<Record<string, () => void>>

/** What they do at the open alert. */
export const alertKeys = signal<KeyActions>({})

/** What keys did where the palette was opened; null: it is closed. */
export const palette = signal<KeyActions | null>(null)
