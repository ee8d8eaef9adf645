// How far a log had come, in a file of its own beside it. A database that has lost its write-ahead
// log, or was put back from a copy of a single file, is whole in itself: only something outside it
// can tell that acknowledged records are gone. Positions, and ids that are made of them, would be
// given to other records a second time.

import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EventLogError } from '../../errors.ts'
import type { PartitionState } from '../../port.ts'
import type { Topic } from '../../topics.ts'
import { replaceFile } from './whole-file.ts'

/** The end of each partition, by topic, when it was written: never beyond what was durable then. */
export interface EndMark {
  readonly epoch: string
  readonly ends: Readonly<Record<string, readonly number[]>>
}

/** A mark is as old as this at most while records come, ms. */
const markEveryMs = 2_000
const walHeaderBytes = 32

export function endMarkFile(databaseFile: string): string {
  return join(dirname(databaseFile), 'ends.json')
}

/**
 * Null if there is none, as beside a new log and one of an earlier version. Throws `record-corrupt`
 * if it cannot be read.
 */
export function readEndMark(databaseFile: string): EndMark | null {
  const file = endMarkFile(databaseFile)
  if (!existsSync(file)) return null
  try {
    const { epoch, ends } = JSON.parse(readFileSync(file, 'utf8')) as Partial<EndMark>
    if (typeof epoch === 'string' && typeof ends === 'object') return { epoch, ends }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new EventLogError(
    'record-corrupt',
    `${file} is damaged: restore the folder from a copy, or remove this file`
  )
}

/**
 * Throws `record-corrupt` if a database is missing or empty of which records are known: SQLite
 * would begin it anew.
 */
export function checkDatabaseIsThere(databaseFile: string): void {
  const isThere = existsSync(databaseFile)
  if (isThere && statSync(databaseFile).size > 0) return
  const known = hasFrames(`${databaseFile}-wal`) ? `${databaseFile}-wal` : endMarkFile(databaseFile)
  if (!existsSync(known)) return
  throw new EventLogError(
    'record-corrupt',
    `${databaseFile} is ${isThere ? 'empty' : 'missing'}, and ${known} shows that it held records. ${describeWayOut(databaseFile)}`
  )
}

/**
 * The error for a database that holds no log, though a mark lies beside it: all that it held was in
 * a write-ahead log.
 */
export function createNoLogError(databaseFile: string): EventLogError {
  const detail = `${databaseFile} holds no log, and ${endMarkFile(databaseFile)} shows that there was one`
  return new EventLogError('record-corrupt', `${detail}. ${describeWayOut(databaseFile)}`)
}

/** Throws `record-corrupt` if the log ends before the mark: acknowledged records are missing. */
export function checkEnds(
  databaseFile: string,
  { epoch, ends }: EndMark,
  found: { readonly epoch: string; readonly stateOf: (topic: Topic) => readonly PartitionState[] }
): void {
  if (epoch !== found.epoch) {
    const detail = `${databaseFile} is another log than the one that ${endMarkFile(databaseFile)} was written beside`
    throw new EventLogError('record-corrupt', `${detail}. ${describeWayOut(databaseFile)}`)
  }
  const missing = findMissing(ends, found.stateOf)
  if (missing === null) return
  throw new EventLogError(
    'record-corrupt',
    `${missing}: acknowledged records are missing. ${describeWayOut(databaseFile)}`
  )
}

/** Where a log first ends before a mark, in words; null: nowhere. */
export function findMissing(
  ends: EndMark['ends'],
  stateOf: (topic: Topic) => readonly PartitionState[]
): string | null {
  for (const [topic, positions] of Object.entries(ends))
    for (const { partition, end } of stateOf(topic as Topic)) {
      const marked = positions[partition] ?? 0
      if (Number(end) < marked)
        return `${topic}/${partition}/${end}: the log ends here, and had come to ${marked}`
    }
  return null
}

function describeWayOut(databaseFile: string): string {
  return `Nothing was changed. Restore the whole folder ${dirname(databaseFile)} from a copy: its files belong together. How to go on without what is missing, and what that costs: operations.md`
}

function hasFrames(walFile: string): boolean {
  if (!existsSync(walFile) || statSync(walFile).size <= walHeaderBytes) return false
  const fd = openSync(walFile, 'r')
  try {
    const head = Buffer.alloc(walHeaderBytes)
    return (
      readSync(fd, head, 0, walHeaderBytes, 0) === walHeaderBytes && head.some(byte => byte !== 0)
    )
  } finally {
    closeSync(fd)
  }
}

export interface EndMarkerOptions {
  readonly databaseFile: string
  /** What is durable now; null if these files are no longer the log. */
  readonly now: () => EndMark | null
  /** Called when a mark could not be written; the previous one stays. */
  readonly failed: (detail: string) => void
}

/** Writes the mark while records come, and at the end. */
export class EndMarker {
  readonly #options: EndMarkerOptions
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()
  #isChanged = false

  constructor(options: EndMarkerOptions) {
    this.#options = options
  }

  /** Records are durable. */
  changed(): void {
    this.#isChanged = true
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#write()
    }, markEveryMs).unref()
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#write()
    await this.#writing
  }

  #write(): void {
    if (!this.#isChanged) return
    this.#isChanged = false
    this.#writing = this.#writing.then(() => this.#writeNow())
  }

  async #writeNow(): Promise<void> {
    const { databaseFile, now, failed } = this.#options
    const file = endMarkFile(databaseFile)
    try {
      const mark = now()
      if (mark !== null)
        await replaceFile(file, JSON.stringify(furthest(mark, readEndMark(databaseFile))))
    } catch (error) {
      this.#isChanged = true
      failed(
        `${file} could not be written: ${error instanceof Error ? error.message : String(error)}`
      )
    }
  }
}

/** Another process may have seen more, and of topics that this one has not used. Pure. */
function furthest(mark: EndMark, before: EndMark | null): EndMark {
  if (before === null || before.epoch !== mark.epoch) return mark
  const ends = new Map(Object.entries(before.ends))
  for (const [topic, positions] of Object.entries(mark.ends))
    ends.set(
      topic,
      positions.map((position, i) => Math.max(position, before.ends[topic]?.[i] ?? 0))
    )
  return { epoch: mark.epoch, ends: Object.fromEntries(ends) }
}
