// What the console asks of views that officers share.

import type { SavedView } from '../shown/answers.ts'
import { ask } from './answers.ts'
import { postOnce } from './post-once.ts'
import type { Page } from './suite.ts'

const at = (id: string) => `/v1/views/${encodeURIComponent(id)}`

export const views = {
  list: () => ask<Page<SavedView>>('/v1/views'),
  save: (body: object) => postOnce<SavedView>('/v1/views', body),
  change: (id: string, body: object) => ask<SavedView>(at(id), { method: 'PATCH', body }),
  delete: (id: string) => ask<null>(at(id), { method: 'DELETE' })
}
