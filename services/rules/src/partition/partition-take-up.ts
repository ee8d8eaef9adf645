// How a worker loads its partition: the newest index names every theatre and its snapshot, the
// snapshots are restored, and what was published after them is read as facts. It writes no records.

import { type Topic, topics } from '@tocsin/event-log/topics'
import {
  EngineOwner,
  type EngineState,
  restoreState,
  snapshotFormat
} from '../theatre/engine-owner.ts'
import {
  type PublishedEvents,
  readPublishedEvents,
  TheatreFacts
} from '../theatre/published-events.ts'
import {
  findSnapshot,
  type IndexedTheatre,
  type PartitionIndex,
  readIndex,
  type SnapshotPlace
} from '../theatre/snapshot-store.ts'
import { beginnings } from '../theatre/topic-reading.ts'
import {
  type Ends,
  earlier,
  type HeldTheatre,
  later,
  type PartitionScope
} from './partition-scope.ts'

/** The state that a worker starts with. */
export interface TakenUp {
  readonly theatres: ReadonlyMap<string, HeldTheatre>
  /** Facts of theatres without a snapshot. */
  readonly facts: Map<string, TheatreFacts>
  /** By partition, the positions up to which the alerts and assembly logs are known. */
  readonly alertsEnd: Map<number, bigint>
  readonly assemblyEnd: Map<number, bigint>
  /** The first record of the partition to fold. */
  readonly position: bigint
  /** The end of the partition when loading began. */
  readonly goal: bigint
}

interface Restored {
  readonly theatre: string
  state: EngineState | null
  held: Ends
  readonly snapshots: readonly SnapshotPlace[]
}

/**
 * Reads the state that a worker starts with, and sets the log's epoch and size in the scope. The
 * result is incomplete if the scope stops meanwhile.
 */
export async function takeUp(scope: PartitionScope): Promise<TakenUp> {
  const { log } = scope.options
  const p = scope.partition
  scope.epoch = await log.epoch(topics.incidents)
  const states = await log.state(topics.incidents)
  scope.partitionCount = states.length
  const { start, end: goal } = states[p] ?? { start: 0n, end: 0n }
  const index = await readIndex(log, p, scope.epoch)
  const restored = index === null ? [] : await restoreAll(scope, index)
  const { facts, alertsEnd, assemblyEnd } = await readFacts(scope, index, restored)
  dropOutdated(restored, facts)
  const unmet = new Map(facts)
  const theatres = new Map<string, HeldTheatre>()
  for (const { theatre, state, held, snapshots } of restored) {
    const owner = new EngineOwner(theatre, unmet.get(theatre) ?? new TheatreFacts(), state)
    unmet.delete(theatre)
    const { next } = held
    const sinceSnapshot = { recordsSinceSnapshot: 0, foldedMsSinceSnapshot: 0, written: null }
    theatres.set(theatre, {
      owner,
      from: next,
      next,
      ...sinceSnapshot,
      takenAt: next,
      snapshots,
      held
    })
  }
  const tails = restored.map(({ held }) => held.next)
  const position = index === null ? start : later(start, tails.reduce(earlier, BigInt(index.next)))
  return { theatres, facts: unmet, alertsEnd, assemblyEnd, position, goal }
}

async function restoreAll(scope: PartitionScope, index: PartitionIndex): Promise<Restored[]> {
  const all: Restored[] = []
  for (const indexed of index.theatres) {
    const { theatre, snapshots } = indexed
    const { owner: state, isNewest, next } = await restore(scope, indexed)
    if (scope.isStopping) return all
    const held =
      snapshots.length === 0 || isNewest
        ? {
            next: BigInt(indexed.next),
            alerts: BigInt(indexed.alerts),
            assembly: BigInt(indexed.assembly)
          }
        : // The index does not hold the positions of an older snapshot: read alerts and assembly from their beginning.
          { next, alerts: 0n, assembly: 0n }
    all.push({ theatre, state, held, snapshots })
  }
  return all
}

/** A theatre restored from its newest complete snapshot, or a new one. */
async function restore(
  scope: PartitionScope,
  indexed: IndexedTheatre
): Promise<{ owner: EngineState | null; isNewest: boolean; next: bigint }> {
  const { log, observer, compression } = scope.options
  const none = { owner: null, isNewest: false, next: 0n }
  const passedOver = (why: string) => observer.snapshot(indexed.theatre, 'passed-over', why)
  const found = await findSnapshot(
    log,
    scope.partition,
    indexed,
    { epoch: scope.epoch, format: snapshotFormat },
    passedOver,
    compression
  )
  if (found === null) return none
  try {
    const owner = await restoreState(indexed.theatre, found.blocks())
    return { owner, isNewest: String(found.next) === indexed.snapshots[0]?.next, next: found.next }
  } catch (error) {
    // A fault of the version that wrote it or of this one. The log has all the data: a slow start
    // is better than none.
    passedOver(
      `snapshot ${found.number} cannot be restored: ${error instanceof Error ? error.message : String(error)}`
    )
    return none
  }
}

/** Theatres that another engine has published since their snapshot are folded from the start. */
function dropOutdated(
  restored: readonly Restored[],
  facts: ReadonlyMap<string, TheatreFacts>
): void {
  for (const one of restored) {
    const published = facts.get(one.theatre)
    if (one.state === null || published === undefined || published.other === null) continue
    one.state = null
    one.held = { next: 0n, alerts: 0n, assembly: 0n }
  }
}

async function readFacts(
  { options: { log }, partition, partitionCount }: PartitionScope,
  index: PartitionIndex | null,
  restored: readonly Restored[]
): Promise<PublishedEvents> {
  const lowest = async (
    topic: Topic,
    from: (held: Ends) => bigint,
    indexFrom: string | undefined
  ) => {
    const starts = await beginnings(log, topic)
    // If the logs have the same number of partitions, a theatre is in the same partition of each.
    const own =
      starts.size === partitionCount ? new Map([[partition, starts.get(partition) ?? 0n]]) : starts
    if (starts.size !== partitionCount || indexFrom === undefined) return own
    const least = restored.map(({ held }) => from(held)).reduce(earlier, BigInt(indexFrom))
    return new Map([...own].map(([p, start]) => [p, later(least, start)]))
  }
  const alerts = await lowest(topics.alerts, held => held.alerts, index?.alerts)
  const assembly = await lowest(topics.assembly, held => held.assembly, index?.assembly)
  const states = new Map(restored.map(({ theatre, state }) => [theatre, state]))
  return readPublishedEvents(log, alerts, assembly, theatre => states.get(theatre) ?? undefined)
}
