// Stories of alerts that are all listed, made at once.

import type { Sort } from '../../src/queue/queue-filter.ts'
import { type Story, StoryBook } from '../../src/queue/queue-rows.ts'
import type { ShownAlert } from '../../src/shown/shown-alert.ts'

export function storiesOf(
  alerts: readonly ShownAlert[],
  sort: Sort,
  placeOf: (alert: ShownAlert) => string
): readonly Story[] {
  const book = new StoryBook({ isListed: () => true, sort, placeOf })
  const held = new Map(alerts.map(alert => [alert.alertId, alert]))
  book.take(held, held.keys())
  return book.stories
}
