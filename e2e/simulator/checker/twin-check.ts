// Promise 6: a limited reader got what it would get from a log without rumours.

import type { FeedReader } from '../actors/feed-reader.ts'
import { rumourSource } from '../actors/rumours.ts'
import type { StoreReader } from '../world/store-reader.ts'
import type { World } from '../world/world.ts'
import { calling, LevelView } from './level-view.ts'
import { writeExpected, writeReceived } from './statement-members.ts'
import { foldTheatre } from './theatre-folds.ts'
import { recordsOf } from './theatre-records.ts'

export const noTrace = '6 no trace of what is hidden'

/**
 * `reader`: a reader of the whole feed, limited to one theatre. Returns the number of compared
 * events.
 */
export function checkTwin(
  world: World,
  disk: StoreReader,
  { options: { name, principal }, reading }: FeedReader
): number {
  const theatres = principal.theatres === '*' ? [] : principal.theatres
  const view = new LevelView(principal.handling)
  const due = theatres.flatMap(theatre => {
    const records = recordsOf(theatre, disk)
    const rumours = new Set(
      records.flatMap(({ type, data }) =>
        type === 'report.received' && data.sourceId === rumourSource ? [data.reportId] : []
      )
    )
    const others = records.filter(
      ({ type, data }) =>
        (type !== 'report.received' && type !== 'report.withdrawn') || !rumours.has(data.reportId)
    )
    return foldTheatre(theatre, others).flatMap(entry => {
      const told = view.take(entry)
      const id = entry.id
      return told.kind === 'told' ? [`${id} ${writeExpected(calling(told.data, false), view)}`] : []
    })
  })
  const got = reading.events
    .filter(({ type }) => !type.includes('action-refused'))
    .map(({ id, data }) => `${id} ${writeReceived(data)}`)
  const at = due.findIndex((line, i) => line !== got[i])
  if (at >= 0 || got.length > due.length) {
    const where = at < 0 ? due.length : at
    world.violate(
      noTrace,
      `${name}: event ${where + 1}\n    was     ${got[where]}\n    without ${due[where]}`
    )
  }
  return due.length
}
