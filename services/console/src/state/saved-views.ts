// Views of the list that officers share, and the one that is shown.

import { computed } from '@preact/signals'
import { views } from '../http/requests.ts'
import { filterIn, formatQuery, isSame } from '../queue/queue-filter.ts'
import { words } from '../words/words.ts'
import { command } from './command.ts'
import { filter } from './console-state.ts'
import { resource } from './resource.ts'

export const savedViews = resource(() => views.list())
export const savedList = computed(() => savedViews.state.value.body?.items ?? [])
export const savingView = command({ fields: ['name'] })

/** The list as it is now, by its name. */
export const savedNow = computed(() =>
  savedList.value.find(({ query }) => isSame(filterIn(new URLSearchParams(query)), filter.value))
)

/**
 * Saves the list as it is: renames the view that is shown, replaces the one that has the name, else
 * makes one.
 */
export async function saveView(name: string): Promise<void> {
  const now = savedNow.peek()
  const query = formatQuery(filter.peek())
  const renamed = now?.mayChange === true ? now : undefined
  const known = renamed ?? savedList.peek().find(each => each.mayChange && each.name === name)
  await savingView.send(
    () =>
      known === undefined ? views.save({ name, query }) : views.change(known.id, { name, query }),
    () => words.queueWork.savedView.done(name)
  )
  await savedViews.load()
}

export async function deleteView(id: string): Promise<void> {
  await savingView.send(
    () => views.delete(id),
    () => words.queueWork.savedView.deleted
  )
  await savedViews.load()
}
