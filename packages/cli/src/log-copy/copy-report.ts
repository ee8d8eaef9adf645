// The result of a copy as text for people. Pure.

import type { CopiedTopic } from '@tocsin/domain/control/control-record'
import { tableLines } from '../terminal/table.ts'
import type { CopyOutcome, TopicCopy } from './copy-types.ts'

/** The outcome as text. `from` and `to`: display names of the logs. */
export function renderCopy(outcome: CopyOutcome, from: string, to: string): string {
  if (outcome.kind === 'refused') return `not copied: ${outcome.reason}: ${outcome.detail}`
  const rows = outcome.topics.map(topic => rowOf(topic, outcome.mapping))
  return [
    ...tableLines(['topic', 'partitions', 'records', 'positions'], rows),
    '',
    ...outcome.topics.flatMap(remarksOn),
    ...(outcome.consumers.length > 0
      ? [`consumers that continue at their position: ${outcome.consumers.join(', ')}`]
      : []),
    cursorsLine(outcome.mapping),
    outcome.wrote
      ? `${to} holds everything from ${from}, read back and compared`
      : `${to} already held everything from ${from}, read again and compared`
  ].join('\n')
}

function rowOf(
  { topic, partitions, records, dropped }: TopicCopy,
  mapping: readonly CopiedTopic[]
): readonly string[] {
  const ends = mapping.find(copied => copied.topic === topic)?.ends ?? null
  const kept = dropped === 0 ? 'kept' : 'kept up to the first duplicate'
  return [topic, String(partitions.length), String(records), ends === null ? 'anew' : kept]
}

function remarksOn({ topic, dropped, repeated }: TopicCopy): readonly string[] {
  return [
    ...(dropped > 0 ? [`${topic}: ${dropped} duplicate records were not copied`] : []),
    ...(repeated > 0
      ? [`${topic}: ${repeated} duplicate records in the target: readers use the first`]
      : [])
  ]
}

function cursorsLine(mapping: readonly CopiedTopic[]): string {
  const alerts = mapping.find(({ topic }) => topic === 'tocsin.alerts.v1')
  return alerts?.ends == null
    ? 'cursors of clients are invalid in the new log: clients get recovered: false and start again'
    : 'cursors of clients stay valid where positions are the same'
}
