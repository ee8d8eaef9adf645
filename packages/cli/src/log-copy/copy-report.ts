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
    ...(outcome.consumers.length > 0 ? [`consumers that go on where they were: ${outcome.consumers.join(', ')}`] : []),
    cursorsLine(outcome.mapping),
    outcome.wrote
      ? `${to} holds what ${from} held, read back and compared`
      : `${to} held all of ${from} already, read again and compared`
  ].join('\n')
}

function rowOf({ topic, partitions, records, dropped }: TopicCopy, mapping: readonly CopiedTopic[]): readonly string[] {
  const ends = mapping.find(copied => copied.topic === topic)?.ends ?? null
  const kept = dropped === 0 ? 'kept' : 'kept up to what stood there again'
  return [topic, String(partitions.length), String(records), ends === null ? 'anew' : kept]
}

function remarksOn({ topic, dropped, repeated }: TopicCopy): readonly string[] {
  return [
    ...(dropped > 0 ? [`${topic}: ${dropped} records that stood there again were left out`] : []),
    ...(repeated > 0 ? [`${topic}: ${repeated} records stand in the target again: readers take the first`] : [])
  ]
}

function cursorsLine(mapping: readonly CopiedTopic[]): string {
  const alerts = mapping.find(({ topic }) => topic === 'tocsin.alerts.v1')
  return alerts?.ends == null
    ? 'cursors of clients do not fit the new log: they are told recovered: false and begin anew'
    : 'cursors of clients keep their meaning, as far as positions are the same'
}
