// Operations on the quarantine: list, show the bytes to those who may see them, dismiss. All instances
// list the same.

import { type Principal, seesAll } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { integer, optional, text, words } from '@tocsin/contracts/format/format'
import { digest } from '@tocsin/contracts/json/digest'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { QuarantineRecord } from '@tocsin/contracts/record/quarantine-record'
import {
  decodeQuarantined,
  decodeQuarantineRecord,
  encodeRecord
} from '@tocsin/contracts/record/records'
import { EventLogError } from '@tocsin/event-log/errors'
import { readAt } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import type { ReadModel } from '@tocsin/read-model/read-model'
import {
  type QuarantineEntry,
  type QuarantineState,
  QuarantineTable
} from '@tocsin/read-model/reports/quarantine-table'
import { BelievedTime } from '@tocsin/service/process/believed-time'
import { within } from '@tocsin/service/process/within'
import { TopicView } from '@tocsin/service/projection/topic-view'
import { answer, createRouteAdder, writeProblems } from '@tocsin/service/route/definition'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { FastifyPluginAsync } from 'fastify'
import { behind } from '../report/refusals.ts'
import { quarantineEntrySchema, quarantineListSchema } from '../report/report-schemas.ts'

export interface QuarantineOperationsDeps extends Pick<ServiceDeps, 'log' | 'clock' | 'logger'> {
  /** With the tables of the quarantine. */
  readonly model: ReadModel
  /** Retention of entries, days; 0 = for ever. */
  readonly quarantineDays: number
  /**
   * The newest tick of a theatre on the wall clock, ms: it does not follow a clock that is far off;
   * null if there is none.
   */
  readonly lastTickMs: () => number | null
}

/** Timeout for reading the quarantine log to its end before an answer, ms. */
const catchUpMs = 2_000
const dayMs = 24 * 3_600_000
const trimEveryMs = 3_600_000
/** Theatres tick at least this often. */
const tickEveryMs = 3_600_000

export class QuarantineOperations {
  readonly table: QuarantineTable
  readonly #deps: QuarantineOperationsDeps
  readonly #view: TopicView<QuarantineRecord>
  readonly #stop = new AbortController()
  readonly #time: BelievedTime
  #started: Promise<void> = Promise.resolve()
  #trimming: Promise<void> | null = null

  constructor(deps: QuarantineOperationsDeps) {
    this.#deps = deps
    this.table = new QuarantineTable(deps.model)
    this.#time = new BelievedTime(deps.clock)
    const { log, clock, logger } = deps
    this.#view = new TopicView<QuarantineRecord>({
      ...{ log, clock, logger, topic: topics.quarantine },
      stored: {
        isOnDisk: deps.model.isOnDisk,
        resume: (start, end) => deps.model.resume(log, start, end)
      },
      decode: decodeQuarantineRecord,
      take: batch =>
        deps.model.transact(() => {
          for (const { stored, decoded } of batch.records) this.table.apply(decoded.record, stored)
          deps.model.folded(batch)
        })
    })
  }

  /**
   * Starts reading the quarantine, which may end after the first request, and removing expired
   * entries, if the log supports it.
   */
  start(): void {
    this.#started = this.#view.start()
    // A failure is answered to each request.
    this.#started.catch(() => {})
    if (this.#deps.quarantineDays > 0 && this.#deps.log.trim !== undefined)
      this.#trimming ??= this.#trimNowAndThen()
  }

  /**
   * Entries, newest first. Rejects `cursor-invalid` after an unknown entry, `projection-behind`, or
   * with the log's error.
   */
  async list(state: QuarantineState, limit: number, behind: string | null) {
    await this.#current()
    if (behind !== null && this.table.find(behind) === undefined) {
      throw new ProblemError(
        'cursor-invalid',
        'The last entry of the previous page is no longer kept. Start again without a cursor.'
      )
    }
    const found = this.table.list(state, limit + 1, behind)
    const items = found.slice(0, limit)
    return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null }
  }

  /**
   * One entry, with its bytes for principals who may see everything, with an explicit grant for
   * persons: the theatre and handling of the bytes are unknown. Rejects `not-found`.
   */
  async read(id: string, principal: Principal): Promise<object> {
    const { entry, place } = await this.#entry(id)
    const { scopes } = principal
    if (!seesAll(principal) || !scopes.has('admin') || !scopes.has('persons:read'))
      return entryAsSeen(entry, principal)
    const value = (await readAt(this.#deps.log, topics.quarantine, place))?.value
    const decoded = value ? decodeQuarantined(value) : null
    if (decoded?.kind !== 'decoded') throw noSuchEntry()
    const { bytes: base64 } = decoded.record
    const bytes = Buffer.from(base64, 'base64')
    const text = bytes.toString('utf8')
    return { ...entry, content: { base64, text: Buffer.from(text).equals(bytes) ? text : null } }
  }

  /** Dismisses an entry. Idempotent. Rejects `forbidden` for principals who may not see everything. */
  async dismiss(id: string, principal: Principal): Promise<QuarantineEntry> {
    // The bytes may be of anything.
    if (!seesAll(principal))
      throw new ProblemError(
        'forbidden',
        'The theatre and the handling of the bytes are unknown: only a key for all theatres, cleared for restricted, may settle them.'
      )
    const { entry } = await this.#entry(id)
    if (entry.settled !== null) return entry
    const { log, clock } = this.#deps
    const time = new Date(clock.nowMs()).toISOString()
    const settled = digest('quarantine-settled', id)
    const value = encodeRecord(
      { id: settled, source: '/tocsin/intake', time, cause: id },
      {
        type: 'quarantine.settled',
        data: { entry: id, how: 'dismissed', by: principal.id, reportId: null }
      }
    )
    const record = { id: settled, key: entry.topic, value }
    const [appended] = await log.append(topics.quarantine, [record])
    if (appended !== undefined) await this.#view.waitForAppended(appended, catchUpMs)
    return (await this.#entry(id)).entry
  }

  /** Removes expired entries; resolves with their number. Rejects with the log's error. */
  async trim(): Promise<number> {
    const { log, quarantineDays } = this.#deps
    const nowMs = this.#nowMs()
    await this.#current()
    const cursor = this.#view.cursor
    if (cursor === null || log.trim === undefined || quarantineDays === 0) return 0
    const expired = this.table.findExpired(nowMs - quarantineDays * dayMs, cursor.positions)
    const starts = (await log.state(topics.quarantine)).map(({ start }) => start)
    for (const [partition, position] of expired.entries()) {
      if (position > (starts[partition] ?? 0n))
        await log.trim(topics.quarantine, partition, position)
    }
    return this.table.removeBefore(expired)
  }

  /** Now, within believable limits: entries removed by a wrong clock are gone for good. */
  #nowMs(): number {
    const lastTickMs = this.#deps.lastTickMs()
    const nowMs = this.#time.nowMs()
    return lastTickMs === null ? nowMs : Math.min(nowMs, lastTickMs + tickEveryMs)
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#trimming
    await this.#view.close()
  }

  async #entry(id: string) {
    await this.#current()
    const kept = this.table.find(id)
    if (kept === undefined) throw noSuchEntry()
    return kept
  }

  /** Resolves once the fold matches the quarantine log as it is now, removals included. */
  async #current(): Promise<void> {
    const { clock, log } = this.#deps
    const { failure: cause } = this.#view
    if (cause !== null)
      throw new EventLogError('log-unavailable', 'the quarantine cannot be read', { cause })
    const reading = this.#started.then(() => this.#view.catchUp(catchUpMs))
    if (!(await within(clock, catchUpMs, reading)))
      throw behind('The quarantine log has not been read to its end yet. Try again.')
    this.table.removeBefore((await log.state(topics.quarantine)).map(({ start }) => start))
  }

  async #trimNowAndThen(): Promise<void> {
    const { clock, logger } = this.#deps
    const { signal } = this.#stop
    this.#time.nowMs()
    for (;;) {
      await clock.sleep(trimEveryMs, signal)
      if (signal.aborted) return
      try {
        const entries = await this.trim()
        if (entries > 0) logger.info({ entries }, 'expired quarantine entries were removed')
      } catch (error) {
        if (signal.aborted) return
        logger.warn({ error }, 'expired quarantine entries could not be removed; retrying later')
      }
    }
  }
}

/** An entry without what a principal may not see: the report that replaced it may be hidden. */
function entryAsSeen(entry: QuarantineEntry, principal: Principal): QuarantineEntry {
  if (entry.settled === null || seesAll(principal)) return entry
  return { ...entry, settled: { ...entry.settled, reportId: null } }
}

function noSuchEntry(): ProblemError {
  return new ProblemError(
    'not-found',
    'There is no such quarantine entry: it never existed, or it is no longer kept.'
  )
}

const params = { id: text('Id of the entry.', { pattern: '^[0-9a-f]{32}$' }) }
const entry = (description: string) => ({ 200: answer(description, quarantineEntrySchema) })

export function quarantineRoutes(operations: QuarantineOperations): FastifyPluginAsync {
  return async app => {
    const add = createRouteAdder(app, { tag: 'Administration', access: ['admin'] })
    add({
      id: 'listQuarantine',
      method: 'GET',
      path: '/v1/quarantine',
      summary: 'List records that no version can parse',
      description:
        'Parts of a log that could not be parsed, with position and reason, without the bytes.',
      query: {
        state: words(['open', 'settled', 'all'], '`open`: neither replaced nor dismissed yet.', {
          default: 'open'
        }),
        limit: integer('Maximum number of items per page.', {
          minimum: 1,
          maximum: 500,
          default: 100
        }),
        cursor: optional(text('The `next` of the previous page.', { minLength: 1, maxLength: 64 }))
      },
      answers: { 200: answer('A page of entries, newest first.', quarantineListSchema) },
      problems: ['log-unavailable'],
      async handle(request) {
        const { state, limit, cursor } = request.query
        const list = await operations.list(state, limit, cursor ?? null)
        const items = list.items.map(each => entryAsSeen(each, getPrincipal(request)))
        return { ...list, items }
      }
    })
    add({
      id: 'getQuarantineEntry',
      method: 'GET',
      path: '/v1/quarantine/:id',
      summary: 'Read a quarantine entry',
      description: 'With the bytes for keys that may see everything.',
      params,
      answers: entry('The entry.'),
      problems: ['log-unavailable'],
      handle: request => operations.read(request.params.id, getPrincipal(request))
    })
    add({
      id: 'dismissQuarantineEntry',
      method: 'DELETE',
      path: '/v1/quarantine/:id',
      summary: 'Dismiss a quarantine entry',
      description: 'Settles the entry without a replacement. Idempotent.',
      params,
      answers: entry('The entry, settled.'),
      problems: writeProblems,
      handle: request => operations.dismiss(request.params.id, getPrincipal(request))
    })
  }
}
