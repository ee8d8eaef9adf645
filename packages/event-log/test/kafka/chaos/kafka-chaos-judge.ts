// Checks a history of calls under faults against the final contents of the log. For logs that may
// store a record twice: an acknowledged position must hold the record, the first copy counts for
// the order, and readers must see everything stored, duplicates included, without gaps. Pure.

import { isSameValue } from '../../../src/conformance/history.ts'
import { computePartition } from '../../../src/partitioner.ts'
import type { NewRecord, RecordPosition, StoredRecord } from '../../../src/port.ts'

export interface AppendAttempt {
  readonly records: readonly NewRecord[]
  /** Logical times: an attempt that ended before another began precedes it. */
  readonly began: number
  ended: number
  answers: readonly RecordPosition[] | null
}

export interface Evidence {
  readonly attempts: readonly AppendAttempt[]
  /** The records that each reader received, in order. */
  readonly readers: ReadonlyMap<string, readonly StoredRecord[]>
  /** Everything that the log holds, by partition. */
  readonly stored: readonly StoredRecord[]
  readonly partitions: number
}

/** Describes every broken promise; empty if none is broken. */
export function judge(evidence: Evidence): string[] {
  return [
    ...holes(evidence),
    ...lost(evidence),
    ...invented(evidence),
    ...disordered(evidence),
    ...misread(evidence)
  ]
}

const formatPosition = ({ partition, position }: { partition: number; position: bigint }) =>
  `${partition}/${position}`

function holes({ stored }: Evidence): string[] {
  const wrong: string[] = []
  for (const records of Map.groupBy(stored, r => r.partition).values())
    for (const [i, record] of records.entries())
      if (record.position !== BigInt(i))
        wrong.push(`${formatPosition(record)} is stored where position ${i} is expected`)
  return wrong
}

function lost({ attempts, stored }: Evidence): string[] {
  const at = new Map(stored.map(record => [formatPosition(record), record.id]))
  const wrong: string[] = []
  for (const { records, answers } of attempts)
    for (const [i, answer] of (answers ?? []).entries())
      if (at.get(formatPosition(answer)) !== records[i]!.id)
        wrong.push(
          `${records[i]!.id} was acknowledged at ${formatPosition(answer)}, which holds ${at.get(formatPosition(answer)) ?? 'nothing'}`
        )
  return wrong
}

function invented({ attempts, stored, partitions }: Evidence): string[] {
  const asked = new Map(
    attempts.flatMap(({ records }) => records.map(record => [record.id, record] as const))
  )
  return stored.flatMap(record => {
    const wanted = asked.get(record.id)
    const isAsked =
      wanted !== undefined && wanted.key === record.key && isSameValue(wanted.value, record.value)
    const isInPlace = record.partition === computePartition(record.key, partitions)
    return isAsked && isInPlace
      ? []
      : [`${record.id} at ${formatPosition(record)} was not appended by anybody`]
  })
}

/**
 * Of two records of a key, the one acknowledged before the other was first requested is stored
 * first; within a call, the given order holds.
 */
function disordered({ attempts, stored }: Evidence): string[] {
  const first = new Map<string, bigint>()
  for (const { id, position } of stored) if (!first.has(id)) first.set(id, position)
  const wrong: string[] = []
  for (const sequence of byKey(attempts).values())
    for (const [i, later] of sequence.entries()) {
      const earlier = sequence[i - 1]
      if (earlier === undefined || later.id === earlier.id || !isBefore(earlier, later)) continue
      const [a, b] = [first.get(earlier.id), first.get(later.id)]
      if (a !== undefined && b !== undefined && a > b)
        wrong.push(`${later.id} is stored before ${earlier.id}`)
    }
  return wrong
}

interface Step {
  readonly id: string
  readonly firstAsked: number
  readonly acked: number
  readonly call: readonly NewRecord[]
}

/**
 * Records of each key in the order of their first request. Valid if only one writer at a time
 * writes a key.
 */
function byKey(attempts: readonly AppendAttempt[]): Map<string, Step[]> {
  const steps = new Map<string, { step: Step; key: string }>()
  for (const { records, began, ended, answers } of attempts)
    for (const { id, key } of records) {
      const before = steps.get(id)?.step
      const acked = Math.min(
        before?.acked ?? Number.POSITIVE_INFINITY,
        answers === null ? Number.POSITIVE_INFINITY : ended
      )
      steps.set(id, {
        key,
        step: { id, firstAsked: before?.firstAsked ?? began, acked, call: before?.call ?? records }
      })
    }
  const grouped = Map.groupBy(steps.values(), each => each.key)
  return new Map([...grouped].map(([key, each]) => [key, each.map(({ step }) => step)]))
}

function isBefore(a: Step, b: Step): boolean {
  return a.call === b.call || a.acked < b.firstAsked
}

/**
 * Each reader started at the first position and received a contiguous run of what is stored: no
 * gaps, no repetitions, the same order.
 */
function misread({ readers, stored }: Evidence): string[] {
  const held = Map.groupBy(stored, r => r.partition)
  const wrong: string[] = []
  for (const [name, seen] of readers)
    for (const [partition, records] of Map.groupBy(seen, r => r.partition)) {
      const all = held.get(partition) ?? []
      const at = records.findIndex((r, i) => r.id !== all[i]?.id || r.position !== all[i]?.position)
      if (at >= 0)
        wrong.push(
          `${name} received ${records[at]!.id} at ${formatPosition(records[at]!)} as number ${at}, where ${all[at]?.id} is`
        )
    }
  return wrong
}
