// The alert events of a theatre as a partner gets them from the pull feed, from the first on.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { PatientApi } from '@tocsin/host/scenario/player'
import { systemClock } from '@tocsin/service/process/clock'

export interface FedEvent {
  readonly id: string
  readonly type: string
  readonly data: AlertState
}

interface FeedPage {
  readonly items: readonly {
    readonly event: FedEvent
    readonly cursor: string
    readonly prev: string
  }[]
  readonly next: string
  readonly recovered: boolean
}

/** Reads the feed to its end. Rejects where its chain breaks. */
export async function wholeFeed(api: PatientApi, theatre: string): Promise<readonly FedEvent[]> {
  const events: FedEvent[] = []
  for (let cursor = ''; ; ) {
    const path = `/v1/feed?limit=500${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`
    const answer = await api.callPatiently(
      'GET',
      path,
      {},
      { clock: systemClock, patienceMs: 30_000 }
    )
    if (answer.status !== 200)
      throw new Error(`the feed answers ${answer.status}: ${JSON.stringify(answer.body)}`)
    const page = answer.body as FeedPage
    if (!page.recovered) throw new Error('the feed lost its position')
    for (const row of page.items) {
      if (cursor !== '' && row.prev !== cursor)
        throw new Error(`the feed's chain broke before ${row.event.id}`)
      cursor = row.cursor
      if (row.event.data.theatre === theatre) events.push(row.event)
    }
    if (page.items.length === 0) return events
    cursor = page.next
  }
}
