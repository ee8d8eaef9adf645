// The result of a copy as text for people. Pure.

import { formatTable } from '../terminal/table.ts'
import type { CopyOutcome } from './copy-types.ts'

/** The outcome as text. `from` and `to`: display names of the logs. */
export function renderCopy(outcome: CopyOutcome, from: string, to: string): string {
  if (outcome.kind === 'refused') return `not copied: ${outcome.reason}: ${outcome.detail}`
  const rows = outcome.topics.map(({ topic, partitions, records }) => [
    topic,
    String(partitions.length),
    String(records)
  ])
  return [
    ...formatTable(['topic', 'partitions', 'records'], rows),
    '',
    ...(outcome.consumers.length > 0
      ? [`consumers that continue at their position: ${outcome.consumers.join(', ')}`]
      : []),
    'cursors of clients stay valid',
    `${to} holds everything from ${from}, read back and compared`
  ].join('\n')
}
