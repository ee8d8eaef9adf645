// What the console asks of silences.

import type { Silence } from '../shown/answers.ts'
import { ask } from './answers.ts'
import { postOnce } from './post-once.ts'
import type { Page } from './suite.ts'

const pageSize = 50

export const silences = {
  list: (standing: 'standing' | 'over', cursor: string | null) =>
    ask<Page<Silence>>(
      `/v1/silences?standing=${standing}&limit=${pageSize}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`
    ),
  one: (id: string) => ask<Silence>(`/v1/silences/${encodeURIComponent(id)}`),
  /**
   * `seen`: the `operatorRevision` of the alert that it is for; null: it is for none, or whatever
   * that has become.
   */
  create: (body: object, seen: number | null = null) =>
    postOnce<Silence>('/v1/silences', body, seen === null ? {} : { 'if-match': `"${seen}"` }),
  end: (id: string) => ask<null>(`/v1/silences/${encodeURIComponent(id)}`, { method: 'DELETE' })
}
