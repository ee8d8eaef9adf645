// What the console asks of watches.

import type { Watch } from '../shown/watch.ts'
import { ask } from './answers.ts'
import type { Page } from './suite.ts'

const at = (id: string) => `/v1/watches/${encodeURIComponent(id)}`

export const watches = {
  list: () => ask<Page<Watch>>('/v1/watches'),
  create: (body: object) => ask<Watch>('/v1/watches', { method: 'POST', body }),
  change: (id: string, body: object) => ask<Watch>(at(id), { method: 'PATCH', body }),
  handOver: (id: string, body: object) => ask<Watch>(`${at(id)}/hand-over`, { method: 'POST', body }),
  withdraw: (id: string) => ask<null>(at(id), { method: 'DELETE' })
}
