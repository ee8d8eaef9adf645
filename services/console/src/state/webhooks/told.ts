// Who was told of the chosen alert. The first page is asked for again and again, further ones when
// somebody wants them.

import { useEffect } from 'preact/hooks'
import { webhooks } from '../../http/webhooks.ts'
import { chosenId, isOfficer, mayUse } from '../console-state.ts'
import { pagesOf, resource } from '../resource.ts'
import { useChanges } from './changes.ts'

export const told = pagesOf(cursor => webhooks.toldOf(chosenId.peek() ?? '', cursor))

/** The same for who acts on alerts and manages no subscriptions. */
export const toldToOfficers = resource(() => webhooks.toldToOfficers(chosenId.peek() ?? ''))

/**
 * What a silence held is told so soon after its end, ms: of that nothing is heard here, so it is
 * looked at once more.
 */
const freedMs = 400
let freed: ReturnType<typeof setTimeout> | undefined

/** A silence that another made or ended is known at once on an open alert. */
export function useToldChanges(): void {
  useChanges('silences', loadChanged)
  useEffect(() => () => clearTimeout(freed), [])
}

async function loadChanged(): Promise<void> {
  clearTimeout(freed)
  freed = setTimeout(() => void load(), freedMs)
  await load()
}

async function load(): Promise<void> {
  if (chosenId.peek() === null) return
  await Promise.all([
    isOfficer.peek() ? toldToOfficers.load() : null,
    mayUse('subscriptions:manage') ? told.load() : null
  ])
}
