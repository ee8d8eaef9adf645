// Which view is shown: part of the address.

import { computed } from '@preact/signals'
import { type ViewName, viewIn, viewMember, viewsFor } from '../shown/console-views.ts'
import { address, setAddress } from './address.ts'
import { caller } from './console-state.ts'

/** Views that the caller may open, in the order of the bar. */
export const openViews = computed(() => viewsFor(caller.value?.scopes ?? []))

export const currentView = computed<ViewName>(() => viewIn(address.value, openViews.value))

/** What is opened within the view, such as a subscription by its id, or `new`. */
export const currentItem = computed(() => address.value.get('item'))

/** The way back leads to the view before. */
export function openView(
  name: ViewName,
  item: string | null = null,
  { members = {}, push = true }: { members?: Members; push?: boolean } = {}
): void {
  setAddress({ view: viewMember(name, openViews.value), item, ...members }, { push })
}

type Members = Readonly<Record<string, string | null>>

/** From one alert to the next the way back leads to the list, not through all of them. */
export function openAlert(id: string): void {
  const isInAlert = currentView.peek() === 'alerts' && address.peek().get('alert') !== null
  setAddress({ view: null, item: null, alert: id }, { push: !isInAlert })
}

export function openItem(item: string | null): void {
  setAddress({ item }, { push: true })
}

/** The address of a view, for links; with other members of it than it has now. */
export function formatHref(name: ViewName, members: Members = {}): string {
  const query = new URLSearchParams(address.value)
  query.delete('item')
  for (const [member, value] of Object.entries(members))
    value === null ? query.delete(member) : query.set(member, value)
  const member = viewMember(name, openViews.value)
  if (member === null) query.delete('view')
  else query.set('view', member)
  const text = query.toString()
  return text === '' ? './' : `?${text}`
}
