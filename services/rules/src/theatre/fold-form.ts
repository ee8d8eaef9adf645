// How a partition makes owners and restores their states: one form for each engine.

import { digest } from '@tocsin/contracts/json/digest'
import { snapshotFormat } from '@tocsin/domain/theatre/theatre-capture'
import { TheatreFold } from '@tocsin/domain/theatre/theatre-fold'
import type { EventLog } from '@tocsin/event-log/port'
import { EngineOwner, type EngineState, restoreState } from './engine-owner.ts'
import type { Owner, PublishedPositions } from './owner.ts'
import {
  beginningOf,
  noFacts,
  type PartitionPositions,
  type PublishedFacts,
  readPublished
} from './published-alerts.ts'
import { readPublishedEvents, TheatreFacts } from './published-events.ts'
import type { FoundSnapshot } from './snapshot-store.ts'
import { type OwnerState, TheatreOwner } from './theatre-owner.ts'

export interface Published<Facts> {
  readonly facts: ReadonlyMap<string, Facts>
  readonly alertsEnd: Map<number, bigint>
  readonly assemblyEnd: Map<number, bigint>
}

export interface FoldForm<Facts = unknown, State = unknown> {
  readonly snapshotFormat: number
  restore(theatre: string, found: FoundSnapshot): Promise<State>
  readPublished(
    log: EventLog,
    alertsFrom: PartitionPositions,
    assemblyFrom: PartitionPositions,
    states: ReadonlyMap<string, State | null>
  ): Promise<Published<Facts>>
  /** True for facts that the state cannot continue. */
  isOutdated(facts: Facts): boolean
  findBeginning(facts: Facts): PublishedPositions
  makeFacts(): Facts
  makeOwner(theatre: string, facts: Facts, state: State | null): Owner
}

export const domainForm: FoldForm<PublishedFacts, OwnerState> = {
  snapshotFormat,
  async restore(_theatre, found) {
    const restoring = TheatreFold.restoring(digest)
    for await (const block of found.blocks())
      for (const row of JSON.parse(block.toString())) restoring.take(row)
    return { fold: restoring.finish(), previousHash: found.previousHash }
  },
  readPublished: (log, alertsFrom, assemblyFrom, states) =>
    readPublished(log, alertsFrom, assemblyFrom, theatre => states.get(theatre)?.fold),
  isOutdated: () => false,
  findBeginning: beginningOf,
  makeFacts: noFacts,
  makeOwner: (theatre, facts, state) => new TheatreOwner(theatre, facts, state)
}

export const engineForm: FoldForm<TheatreFacts, EngineState> = {
  snapshotFormat: snapshotFormat + 1,
  restore: (theatre, found) => restoreState(theatre, found.blocks()),
  readPublished: (log, alertsFrom, assemblyFrom, states) =>
    readPublishedEvents(log, alertsFrom, assemblyFrom, theatre => states.get(theatre) ?? undefined),
  isOutdated: ({ other }) => other !== null,
  findBeginning: ({ beginning }) => beginning,
  makeFacts: () => new TheatreFacts(),
  makeOwner: (theatre, facts, state) => new EngineOwner(theatre, facts, state)
}
