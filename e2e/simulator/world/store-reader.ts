// Reads the simulated disk for the checker: every record once, parsed only with JSON.parse. It
// shares no code with the services' readers, so that it can expose their faults.

import type { MemoryStore } from '@tocsin/event-log/memory-log'
import type { Topic } from '@tocsin/event-log/topics'

export interface Entry {
  readonly partition: number
  readonly position: number
  readonly id: string
  readonly key: string
  /** The value as it is stored. */
  readonly text: string
  /** Null for bytes that are no record. */
  readonly record: {
    readonly id: string
    /**
     * `report.received`, without prefix and version. Of alerts `data` is whole, whatever the
     * version.
     */
    readonly type: string
    readonly time: string
    readonly cause: string | null
    readonly theatre: string
    readonly previoushash?: string
    // The checker reads many shapes; each reader states what it takes them for.
    readonly data: unknown
  } | null
}

interface Piece {
  readonly incidentId: string
}

/** The members of an alert event that say how its evidence came about. */
interface Difference {
  readonly alertId: string
  readonly revision: number
  readonly evidence?: readonly Piece[]
  readonly evidenceChanges: readonly {
    readonly at: number
    readonly removed: readonly string[]
    readonly added: readonly Piece[]
  }[]
  readonly evidenceCounts: unknown
  readonly evidenceCheck: unknown
}

export class StoreReader {
  readonly #store: MemoryStore
  readonly #read = new Map<Topic, { entries: Entry[]; next: number[]; ids: Set<string> }>()
  /** The evidence of alerts after each of their events, by `<alertId>@<revision>`. */
  readonly #evidence = new Map<string, readonly Piece[]>()

  constructor(store: MemoryStore) {
    this.#store = store
  }

  /**
   * All records of a topic so far, by partition in their order; repeats are left out, as every reader
   * must do. Not for compacted topics.
   */
  entries(topic: Topic): readonly Entry[] {
    const known = this.#read.get(topic) ?? { entries: [], next: [], ids: new Set<string>() }
    this.#read.set(topic, known)
    const partitions = this.#store.topics.get(topic)?.partitions ?? []
    for (const [partition, { records }] of partitions.entries()) {
      const from = known.next[partition] ?? 0
      for (const stored of records.slice(from)) {
        if (known.ids.has(stored.id)) continue
        known.ids.add(stored.id)
        known.entries.push(this.#whole(entryOf(stored)))
      }
      known.next[partition] = records.length
    }
    return known.entries
  }

  /** Records of a topic that repeat the id of an earlier one. */
  countRepeats(topic: Topic): number {
    const stored = this.#store.topics.get(topic)?.partitions.map(each => each.records.length) ?? []
    return stored.reduce((sum, records) => sum + records, 0) - this.entries(topic).length
  }

  #whole(entry: Entry): Entry {
    const data = entry.record?.data as Partial<Difference> | undefined
    if (data?.alertId === undefined || data.revision === undefined) return entry
    const { evidenceChanges, evidenceCounts: _, evidenceCheck: _check, ...rest } = data
    const before = this.#evidence.get(`${data.alertId}@${data.revision - 1}`) ?? []
    const evidence =
      evidenceChanges === undefined ? (data.evidence ?? []) : changed(before, evidenceChanges)
    this.#evidence.set(`${data.alertId}@${data.revision}`, evidence)
    return evidenceChanges === undefined || entry.record === null
      ? entry
      : { ...entry, record: { ...entry.record, data: { ...rest, evidence } } }
  }

  /** Those of one key, in their order. */
  of(topic: Topic, key: string): Entry[] {
    return this.entries(topic).filter(entry => entry.key === key)
  }

  /** First position not yet written, by partition. */
  ends(topic: Topic): bigint[] {
    return (this.#store.topics.get(topic)?.partitions ?? []).map(({ end }) => end)
  }
}

function entryOf(stored: {
  partition: number
  position: bigint
  id: string
  key: string
  value: Uint8Array | null
}): Entry {
  const text = Buffer.from(stored.value ?? []).toString()
  const { partition, id, key } = stored
  return { partition, position: Number(stored.position), id, key, text, record: recordOf(text) }
}

/** The alerts log states a change of something that is not there. */
export class BrokenChange extends Error {
  override readonly name = 'BrokenChange'
}

/** From the last change to the first, so that the places of those before stay what they are. */
function changed(
  before: readonly Piece[],
  changes: Difference['evidenceChanges']
): readonly Piece[] {
  const now = [...before]
  for (const { at, removed, added } of changes.toReversed()) {
    const gone = now.splice(at, removed.length, ...added).map(({ incidentId }) => incidentId)
    if (gone.join() !== removed.join())
      throw new BrokenChange(`a change removes ${removed.join()}, where ${gone.join()} stands`)
  }
  return now
}

function recordOf(text: string): Entry['record'] {
  try {
    const { type, ...envelope } = JSON.parse(text) as { type: string } & NonNullable<
      Entry['record']
    >
    const event = /^tocsin\.(.+)\.v[12]$/.exec(type)?.[1]
    return event === undefined || typeof envelope.data !== 'object'
      ? null
      : { ...envelope, type: event }
  } catch {
    // Junk that the run put there itself.
    return null
  }
}
