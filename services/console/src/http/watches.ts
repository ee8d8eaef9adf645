// What the console asks of watches.

import type { Watch } from '../shown/answers.ts'
import { type Answer, ask } from './answers.ts'
import { postOnce } from './post-once.ts'
import { type Page, wholeList } from './suite.ts'

const at = (id: string) => `/v1/watches/${encodeURIComponent(id)}`

export const watches = {
  /** By name: pages come in no useful order. */
  list: async (): Promise<Answer<Page<Watch>>> => {
    const path = (cursor: string | null) =>
      `/v1/watches${cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`}`
    const answer = await wholeList(cursor => ask<Page<Watch>>(path(cursor)))
    if (answer.kind !== 'ok') return answer
    const items = answer.body.items.toSorted((a, b) => a.name.localeCompare(b.name))
    return { ...answer, body: { items, next: null } }
  },
  create: (body: object) => postOnce<Watch>('/v1/watches', body),
  change: (id: string, body: object) => ask<Watch>(at(id), { method: 'PATCH', body }),
  handOver: (id: string, body: object) => postOnce<Watch>(`${at(id)}/hand-over`, body),
  withdraw: (id: string, version: number) =>
    ask<null>(at(id), { method: 'DELETE', headers: { 'if-match': `"${version}"` } })
}
