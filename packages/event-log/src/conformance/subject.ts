// What an adapter gives to the conformance suite: a log that can be opened, made anew and broken in named ways. A tool that an adapter lacks
// must be owned by somebody: the adapter says by whom, and the suite prints it.

import type { Clock } from '@tocsin/domain/ports'
import type { EventLog } from '../port.ts'
import type { Topic } from '../topics.ts'

/** The named cases. Source: reference on event logs, section F. */
export const caseNames = [
  'torn-write',
  'kill-after-append-before-ack',
  'kill-after-state-before-publish',
  'dup-after-timeout',
  'timeout-then-different-batch',
  'rebalance-mid-batch',
  'zombie-writer',
  'poison-record',
  'disk-full',
  'clock-jump',
  'log-recreated',
  'offset-out-of-range',
  'partition-count-changed',
  'broker-restart',
  'bit-flip'
] as const
export type CaseName = (typeof caseNames)[number]

export interface OpenOptions {
  readonly partitions?: number
  readonly clock?: Clock
}

/** One log and all that can be done to it. Tools are optional: see `LogFactory.owned`. */
export interface LogSubject {
  /** Another handle on the same log, as another process has, or the same one after a restart. The suite closes it. */
  open(options?: OpenOptions): Promise<EventLog>
  /** Removes the log, so that the next opening makes another of the same name. No handle is open. */
  recreate(): Promise<void>
  /** Removes records below a position, as retention does. */
  trim(log: EventLog, topic: Topic, partition: number, before: bigint): Promise<void>
  dispose(): Promise<void>

  /** A handle whose next append ends in `append-unknown`, with the records written or lost. */
  openDoubtful?(fate: 'written' | 'lost'): Promise<EventLog>
  readonly processes?: ProcessTool
  readonly tearing?: TearingTool
  readonly smallDisk?: SmallDiskTool
  readonly flipping?: FlippingTool
  /** What can be done to the topics themselves, behind the log's back. */
  readonly topicTool?: TopicTool
  /** A broker of its own for a case that kills, fills or damages one. */
  ownBroker?(options: OwnBrokerOptions): Promise<OwnBroker>
  /** Keeps the log as it is now; calling the result puts it back. No handle is open at either time. */
  backup?(): Promise<() => Promise<void>>
}

export interface ProcessTool {
  /** Another process that appends `record('<prefix>-0', '<prefix>')`, `record('<prefix>-1', '<prefix>')`, … in batches until `count`, then waits. */
  startAppender(options: AppenderOptions): Promise<AppenderProcess>
}

export interface AppenderOptions {
  readonly topic: Topic
  readonly prefix: string
  readonly batch: number
  readonly count: number
  /** Rest between two appends, ms. */
  readonly pauseMs: number
}

export interface AppenderProcess {
  /** How many records, from the first on, were acknowledged so far. */
  acked(): number
  waitForAcked(count: number): Promise<void>
  /** Sends a signal. Stop and continue return at once. */
  signal(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void
  /** Resolves when the process is gone and all that it said has been read. */
  readonly exited: Promise<void>
  /** What it has said on stderr. */
  complaints(): string
}

export interface TearingTool {
  /** Length of what was written so far, bytes; asked right after an acknowledgement. */
  writtenBytes(): number
  /** Lengths at which a cut is telling: borders of what is written at once. */
  borders(): readonly number[]
  /** A copy of the log as a crash would leave it, had only so many bytes reached the disk. */
  copyCutAt(bytes: number): Promise<LogSubject>
}

export interface SmallDiskTool {
  /** The same kind of log on a disk with little room. */
  make(): Promise<{ readonly subject: LogSubject; makeRoom(): Promise<void> }>
}

export interface FlippingTool {
  /** Flips one bit inside the stored bytes that contain this text. No handle is open. */
  flipIn(text: string): Promise<void>
  /** Flips one bit anywhere in what is stored; `at` from 0 to 1. Returns how to put it back. */
  flipAt(at: number): Promise<() => Promise<void>>
  /** True when a thorough check of the log finds it whole. No handle is open. */
  isWhole(): Promise<boolean>
}

export interface TopicTool {
  addPartitions(topic: Topic, count: number): Promise<void>
  /** Resolves when the cluster no longer has it. */
  deleteTopic(topic: Topic): Promise<void>
  /** As the log makes it, by somebody else. */
  makeTopic(topic: Topic): Promise<void>
}

export interface OwnBrokerOptions {
  /** Each record is on the disk before it is acknowledged, as the embedded log does. */
  readonly isSynced?: boolean
  /** A disk with so little room, KiB, instead of an ordinary one. */
  readonly diskKib?: number
}

export interface OwnBroker {
  readonly subject: LogSubject
  /** kill -9. */
  kill(): Promise<void>
  /** As an operator stops it: what it has is on the disk, and it knows. */
  stop(): Promise<void>
  /** On the same data. Resolves when it serves. */
  start(): Promise<void>
  pause(): void
  resume(): void
  /** The file that holds a partition's records, while the broker is down. */
  segmentOf(topic: Topic, partition: number): string
  /** Gives a small disk more room. */
  makeRoom(): void
}

export interface LogFactory {
  readonly name: string
  make(options: { readonly partitions: number }): Promise<LogSubject>
  /** Cases that this adapter can't have, and who answers for them instead. */
  readonly owned: Readonly<Partial<Record<CaseName, string>>>
  /** How many made-up histories are run for each number of partitions. Default 40; fewer where a log takes long to make. */
  readonly historyRuns?: number
}
