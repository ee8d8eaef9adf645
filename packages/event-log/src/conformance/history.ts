// A history of calls to a log with their answers, and its check: every acknowledged record is read
// at its position, no record is invented, records of a key are in order, all readers see
// one order, cursors never go back. Pure; independent of any adapter.

import { assignPartition } from '../partitioner.ts'
import type { NewRecord, Page, RecordPosition, StoredRecord } from '../port.ts'

interface AppendAttempt {
  readonly record: NewRecord
  /** Logical times: a call that ended before another began precedes it. */
  readonly began: number
  ended: number
  answer: RecordPosition | null
}

interface Reader {
  readonly name: string
  readonly seen: StoredRecord[]
}

export class History {
  #time = 0
  readonly #attempts: AppendAttempt[] = []
  readonly #readers: Reader[] = []

  /**
   * Runs an append and records its outcome. An append that rejects may have been written: its
   * records are allowed, not required.
   */
  async append(
    run: (records: readonly NewRecord[]) => Promise<readonly RecordPosition[]>,
    records: readonly NewRecord[]
  ): Promise<void> {
    const began = this.#time++
    const attempts = records.map(
      record => ({ record, began, ended: Number.POSITIVE_INFINITY, answer: null }) as AppendAttempt
    )
    this.#attempts.push(...attempts)
    const answers = await run(records)
    const ended = this.#time++
    for (const [i, attempt] of attempts.entries())
      Object.assign(attempt, { ended, answer: answers[i] ?? null })
  }

  /** A reader that adds each page to what it has seen. */
  reader(name: string): { take(page: Page): void } {
    const reader: Reader = { name, seen: [] }
    this.#readers.push(reader)
    return { take: page => reader.seen.push(...page.records) }
  }

  /**
   * Describes every broken promise, given what is stored now; empty if none is broken.
   */
  findViolations(stored: readonly StoredRecord[], partitions: number): string[] {
    return [
      ...this.#findLost(stored),
      ...this.#findInvented(stored, partitions),
      ...this.#findDisorder(stored),
      ...this.#findMisread(stored)
    ]
  }

  #findLost(stored: readonly StoredRecord[]): string[] {
    const places = new Map(stored.map(record => [`${record.partition}/${record.position}`, record]))
    return this.#attempts.flatMap(({ record, answer }) => {
      if (answer === null) return []
      const place = `${answer.partition}/${answer.position}`
      const found = places.get(place)
      const isThere =
        found?.id === record.id &&
        found.key === record.key &&
        isSameValue(found.value, record.value)
      return isThere
        ? []
        : [`${record.id} was acknowledged at ${place} and there is ${found?.id ?? 'nothing'}`]
    })
  }

  #findInvented(stored: readonly StoredRecord[], partitions: number): string[] {
    const attempted = new Map<string, NewRecord[]>()
    for (const { record } of this.#attempts)
      attempted.set(record.id, [...(attempted.get(record.id) ?? []), record])
    const wrong: string[] = []
    for (const record of stored) {
      const asked = attempted.get(record.id) ?? []
      if (!asked.some(a => a.key === record.key && isSameValue(a.value, record.value)))
        wrong.push(`${record.id} is stored with a value that nobody appended`)
      if (assignPartition(record.topic, record.key, partitions) !== record.partition)
        wrong.push(`${record.id} is in partition ${record.partition}`)
    }
    return wrong
  }

  #findDisorder(stored: readonly StoredRecord[]): string[] {
    const wrong: string[] = []
    const last = new Map<number, bigint>()
    for (const { id, partition, position } of stored) {
      const before = last.get(partition)
      if (before !== undefined && position <= before)
        wrong.push(`${id} at ${partition}/${position} is stored after ${before}`)
      last.set(partition, position)
    }
    return [...wrong, ...this.#findMisordered()]
  }

  /**
   * Of two records of a key, the one acknowledged before the other was requested has the lower
   * acknowledged position; within a call, the given order applies.
   */
  #findMisordered(): string[] {
    const wrong: string[] = []
    const acked = this.#attempts.filter(({ answer }) => answer !== null)
    for (const attempts of Map.groupBy(acked, a => a.record.key).values())
      for (const [i, a] of attempts.entries())
        for (const b of attempts.slice(i + 1))
          if (isBefore(a, b) && a.answer!.position >= b.answer!.position)
            wrong.push(
              `${b.record.id} at ${b.answer!.position} was acknowledged before ${a.record.id}, which was appended first`
            )
    return wrong
  }

  /**
   * What a reader saw of a partition is a contiguous run of what is stored: no gaps, no
   * repetitions, the same order.
   */
  #findMisread(stored: readonly StoredRecord[]): string[] {
    const wrong: string[] = []
    for (const { name, seen } of this.#readers)
      for (const [partition, records] of Map.groupBy(seen, r => r.partition)) {
        const all = stored.filter(r => r.partition === partition)
        const from = all.findIndex(r => r.position === records[0]!.position)
        const run = all.slice(from, from + records.length)
        const isRun =
          from >= 0 &&
          run.length === records.length &&
          records.every((r, i) => isSameRecord(r, run[i]!))
        if (!isRun)
          wrong.push(
            `${name} read records of partition ${partition} with gaps or out of order: ${records.map(r => `${r.position}:${r.id}`)}`
          )
      }
    return wrong
  }
}

function isBefore(a: AppendAttempt, b: AppendAttempt): boolean {
  // Attempts of a call begin at the same time and stay in their order.
  return a.ended < b.began || a.began === b.began
}

function isSameRecord(a: StoredRecord, b: StoredRecord): boolean {
  return (
    a.id === b.id && a.position === b.position && a.key === b.key && isSameValue(a.value, b.value)
  )
}

export function isSameValue(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b
  return Buffer.compare(a, b) === 0
}
