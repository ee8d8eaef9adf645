// What an adapter provides to the conformance suite: a log that can be opened, recreated and broken
// in named ways. A case that an adapter has no tool for must have an owner: the adapter names it,
// and the suite prints it.

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

/** One log and the tools to break it. Tools are optional: see `LogFactory.owned`. */
export interface LogSubject {
  /**
   * Another handle on the same log, as in another process or after a restart. The suite closes it.
   */
  open(options?: OpenOptions): Promise<EventLog>
  /**
   * Removes the log, so that the next opening creates another of the same name. Call it with no
   * open handle.
   */
  recreate(): Promise<void>
  /** Removes records below a position, as retention does. */
  trim(log: EventLog, topic: Topic, partition: number, before: bigint): Promise<void>
  dispose(): Promise<void>

  /** A handle whose next append rejects with `append-unknown`, with its records written or lost. */
  openDoubtful?(fate: 'written' | 'lost'): Promise<EventLog>
  readonly processes?: ProcessTool
  readonly tearing?: TearingTool
  readonly smallDisk?: SmallDiskTool
  readonly flipping?: FlippingTool
  /** Changes the topics themselves, as somebody else would. */
  readonly topicTool?: TopicTool
  /** A separate broker for a case that kills, fills or damages it. */
  ownBroker?(options: OwnBrokerOptions): Promise<OwnBroker>
  /** Saves the log as it is now; calling the result restores it. Call both with no open handle. */
  backup?(): Promise<() => Promise<void>>
}

export interface ProcessTool {
  /**
   * Another process that appends `record('<prefix>-0', '<prefix>')`, `record('<prefix>-1',
   * '<prefix>')`, … in batches until `count`, then waits.
   */
  startAppender(options: AppenderOptions): Promise<AppenderProcess>
}

export interface AppenderOptions {
  readonly topic: Topic
  readonly prefix: string
  readonly batch: number
  readonly count: number
  /** Pause between two appends, ms. */
  readonly pauseMs: number
}

export interface AppenderProcess {
  /** Number of records acknowledged so far, counted from the first. */
  acked(): number
  waitForAcked(count: number): Promise<void>
  /** Sends a signal. Stop and continue return immediately. */
  signal(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void
  /** Resolves when the process has exited and all its output has been read. */
  readonly exited: Promise<void>
  /** Its output on stderr. */
  complaints(): string
}

export interface TearingTool {
  /** Number of bytes written so far; call it right after an acknowledgement. */
  writtenBytes(): number
  /** Byte offsets worth cutting at: the borders of separate writes. */
  borders(): readonly number[]
  /** A copy of the log as after a crash at which only the first `bytes` had reached the disk. */
  copyCutAt(bytes: number): Promise<LogSubject>
}

export interface SmallDiskTool {
  /** The same kind of log on a disk with little space. */
  make(): Promise<{ readonly subject: LogSubject; makeRoom(): Promise<void> }>
}

export interface FlippingTool {
  /** Flips one bit inside the stored bytes that contain this text. Call it with no open handle. */
  flipIn(text: string): Promise<void>
  /**
   * Flips one bit at a relative offset of what is stored, 0 to 1. Returns a function that restores
   * it.
   */
  flipAt(at: number): Promise<() => Promise<void>>
  /** True if a full verification finds no fault. Call it with no open handle. */
  isWhole(): Promise<boolean>
}

export interface TopicTool {
  addPartitions(topic: Topic, count: number): Promise<void>
  /** Resolves when the cluster has removed the topic. */
  deleteTopic(topic: Topic): Promise<void>
  /** Creates the topic as the log would. */
  makeTopic(topic: Topic): Promise<void>
}

export interface OwnBrokerOptions {
  /** True if each record is synced to disk before it is acknowledged, as by the embedded log. */
  readonly isSynced?: boolean
  /** Size of a small disk, KiB, instead of an ordinary one. */
  readonly diskKib?: number
}

export interface OwnBroker {
  readonly subject: LogSubject
  /** kill -9. */
  kill(): Promise<void>
  /** A clean shutdown: everything is on disk and marked so. */
  stop(): Promise<void>
  /** Starts it on the same data. Resolves when it is ready. */
  start(): Promise<void>
  pause(): void
  resume(): void
  /** The file with a partition's records, while the broker is down. */
  segmentOf(topic: Topic, partition: number): string
  /** Enlarges a small disk. */
  makeRoom(): void
}

export interface LogFactory {
  readonly name: string
  make(options: { readonly partitions: number }): Promise<LogSubject>
  /** Cases that do not apply to this adapter, and who covers them instead. */
  readonly owned: Readonly<Partial<Record<CaseName, string>>>
  /** Cases that run with this adapter in another file, and where. */
  readonly elsewhere?: Readonly<Partial<Record<CaseName, string>>>
  /**
   * Number of generated histories for each number of partitions. Default 40; fewer where a log is
   * slow to create.
   */
  readonly historyRuns?: number
  /**
   * How often a writing process is killed. Default 12; fewer where a process is slow to connect: 5
   * take each size of batch.
   */
  readonly killRounds?: number
}
