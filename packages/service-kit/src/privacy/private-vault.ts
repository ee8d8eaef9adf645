// The data keys of private texts: made and appended to the keys log before anything is sealed with them, followed by every process that opens,
// erased for good on request. Which keys are known is data-keys.ts, sealing itself is private-sealing.ts.

import { digest } from '@tocsin/contracts/json/digest'
import { decodeDataKey, encodeRecord } from '@tocsin/contracts/record/records'
import type { PrivateTexts } from '@tocsin/contracts/report/private-texts'
import type { Clock, Random } from '@tocsin/domain/ports'
import type { SealedPrivate } from '@tocsin/domain/report/report'
import { EventLogError } from '@tocsin/event-log/errors'
import type { Appended, EventLog, NewRecord, StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { Registry } from 'prom-client'
import { TopicView } from '../projection/topic-view.ts'
import { ScratchRecords } from '../scratch/scratch-records.ts'
import type { Logger } from '../telemetry/logger.ts'
import { registerReadGauge } from '../telemetry/read-gauge.ts'
import { type DataKey, DataKeys, entryOf, erasedRememberedMax, type KeyPlace } from './data-keys.ts'
import { digestPrivate, makeDataKey, openTexts, sealTexts, unwrapDataKey, wrapDataKey } from './private-sealing.ts'
import type { Secrets } from './secrets.ts'

export interface PrivateVaultOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly random: Random
  readonly secrets: Secrets
  readonly logger: Logger
  /** Where the lag of the keys is shown; default nowhere. */
  readonly metrics?: Registry
}

/** A data key of a report, as whoever writes a revision uses it. */
export interface ReportKey {
  readonly keyId: string
  /** Seals the private texts of a revision. */
  seal(texts: PrivateTexts): SealedPrivate
  /** The digest of the private part of a revision, in canonical form, under this key; hex. */
  digest(privateText: string): string
}

/** `erased`: there is no key any more, or never was. `unreadable`: there is one, but it does not open this. */
export type Opened = { readonly kind: 'opened'; readonly texts: PrivateTexts } | { readonly kind: 'erased' | 'unreadable' }

/** Keys made here that are remembered until they come back; beyond that one is read as any other. */
const ownMax = 10_000
/** Ids of keys that are drawn for one that lies in the right partition: of a hundred partitions, one in 10^40 reports needs more. */
const drawsMax = 10_000
/** How long a key is waited for that another instance may have made or erased, ms. */
const catchUpMs = 2000

const keysOfProcess = new WeakMap<Registry, DataKeys[]>()

/** Each service of a process has a vault; all follow one log, and the fullest is shown. */
function watchErasures(registry: Registry, keys: DataKeys): void {
  const known = keysOfProcess.get(registry)
  if (known !== undefined) return void known.push(keys)
  const all = [keys]
  keysOfProcess.set(registry, all)
  registerReadGauge(
    registry,
    'tocsin_private_erasures_remembered',
    `Data keys whose erasure is remembered, so that one that comes again stays erased; the oldest is forgotten at ${erasedRememberedMax}.`,
    () => Math.max(...all.map(({ erasedCount }) => erasedCount))
  )
}

export class PrivateVault {
  readonly #options: PrivateVaultOptions
  readonly #wrapping: Buffer
  readonly #keys: DataKeys
  /** Keys made here that have not come back from the log, by the id of their record, which is of chance: no other record has it. */
  readonly #own = new Map<string, DataKey>()
  readonly #view: TopicView<DataKey>
  /** Entries that came again behind their erasure, to be erased again. */
  readonly #returned = new Set<string>()
  #isErasingAgain = false

  constructor(options: PrivateVaultOptions) {
    this.#options = options
    // In memory, never in a file: what is erased from the log must not lie in free blocks of a disk.
    this.#keys = new DataKeys({ records: new ScratchRecords() })
    this.#wrapping = options.secrets.derive('wrap')
    this.#view = new TopicView<DataKey>({
      ...options,
      topic: topics.keys,
      decode: decodeDataKey,
      take: batch => {
        for (const { stored, decoded } of batch.records) this.#created(stored.key, decoded.record, stored)
      },
      isTaken: stored => this.#tookOwn(stored),
      erased: stored => this.#erased(stored.key)
    })
    if (options.metrics !== undefined) watchErasures(options.metrics, this.#keys)
  }

  /** Reports whose private texts can be opened. */
  get keyCount(): number {
    return this.#keys.reportCount
  }

  get failed(): Promise<Error> {
    return this.#view.failed
  }

  get failure(): Error | null {
    return this.#view.failure
  }

  /** Why the keys can't be read at the moment, in words for people; null when they can. */
  get trouble(): string | null {
    return this.#view.trouble
  }

  /** Reads all keys, then follows. Rejects when the keys log can't be read for good. */
  start(): Promise<void> {
    return this.#view.start()
  }

  /**
   * The data key of a report, made if there is none, and durable before this resolves: of instances that ask at once all get the same one. Rejects with
   * an EventLogError when it can't be made so. Where roles are shared it first learns what other instances have made and erased: what was erased
   * before seals nothing any more.
   */
  async keyOf(reportId: string): Promise<ReportKey> {
    await this.learn()
    const { keyId, dataKey } = this.#keyOf(reportId) ?? (await this.#makeKey(reportId))
    return {
      keyId,
      seal: texts => sealTexts(dataKey, reportId, keyId, texts, this.#options.random),
      digest: privateText => digestPrivate(dataKey, reportId, privateText)
    }
  }

  /**
   * The digest of a private part under each key of a report that is not erased, by id of the key, as it is known here; null under one that is not of
   * this suite.
   */
  digestsOf(reportId: string, privateText: string): ReadonlyMap<string, string | null> {
    const digests = this.#keys.of(reportId).map(({ data }) => {
      const dataKey = unwrapDataKey(this.#wrapping, reportId, data.keyId, data.wrapped)
      return [data.keyId, dataKey === null ? null : digestPrivate(dataKey, reportId, privateText)] as const
    })
    return new Map(digests)
  }

  /** The texts as they were sealed, if their key is still there. */
  open(reportId: string, sealed: SealedPrivate): Opened {
    const held = this.#keys.of(reportId).find(({ data }) => data.keyId === sealed.keyId)
    if (held === undefined) return { kind: 'erased' }
    const dataKey = unwrapDataKey(this.#wrapping, reportId, sealed.keyId, held.data.wrapped)
    const texts = dataKey === null ? null : openTexts(dataKey, reportId, sealed)
    return texts === null ? { kind: 'unreadable' } : { kind: 'opened', texts }
  }

  /**
   * Erases every key of a report's texts, whoever made it: they are unreadable everywhere from then on, and no alert changes. False where there was
   * none. `noted` is called before, where there is one: if it rejects, nothing is erased, and this rejects with it. Rejects with an EventLogError;
   * erasing again is safe.
   */
  async erase(reportId: string, noted: () => Promise<unknown> = async () => {}): Promise<boolean> {
    await this.learn()
    const entries = this.#keys.of(reportId).map(({ entry }) => entry)
    if (entries.length === 0) return false
    await noted()
    await this.#appendErasures(entries)
    return true
  }

  async close(): Promise<void> {
    await this.#view.close()
    this.#keys.close()
  }

  #keyOf(reportId: string): { keyId: string; dataKey: Buffer } | null {
    for (const { data } of this.#keys.of(reportId)) {
      const dataKey = unwrapDataKey(this.#wrapping, reportId, data.keyId, data.wrapped)
      if (dataKey !== null) return { keyId: data.keyId, dataKey }
    }
    return null
  }

  async #makeKey(reportId: string): Promise<{ keyId: string; dataKey: Buffer }> {
    const { log, clock, random } = this.#options
    const { keyId, dataKey } = await this.#newKey(reportId)
    const data: DataKey = { reportId, keyId, wrapped: wrapDataKey(this.#wrapping, reportId, keyId, dataKey, random) }
    const id = digest('data-key', reportId, keyId)
    const envelope = { id, source: '/tocsin/vault', time: new Date(clock.nowMs()).toISOString(), cause: null }
    const value = encodeRecord(envelope, { type: 'data-key.created', data })
    const entry = entryOf(reportId, keyId)
    if (this.#own.size < ownMax) this.#own.set(id, data)
    const [at] = await log.append(topics.keys, [{ id, key: entry, value }]).catch(error => {
      this.#own.delete(id)
      throw error
    })
    this.#keys.created(entry, data, at as Appended)
    if (!log.capabilities.sharedRoles) return { keyId, dataKey }
    // Another instance may have made one at the same time: the first in the log is the report's.
    if (!(await this.#view.waitForAppended(at as Appended, catchUpMs))) throw unread()
    return this.#keyOf(reportId) ?? { keyId, dataKey }
  }

  /** Where others make keys too, those of one report lie in one partition: only there is it told which comes first. */
  async #newKey(reportId: string): Promise<{ readonly keyId: string; readonly dataKey: Buffer }> {
    const { log, random } = this.#options
    if (!log.capabilities.sharedRoles) return makeDataKey(random)
    const home = await log.partitionOf(topics.keys, reportId)
    let made = makeDataKey(random)
    for (let drawn = 1; drawn < drawsMax; drawn++) {
      if ((await log.partitionOf(topics.keys, entryOf(reportId, made.keyId))) === home) break
      made = makeDataKey(random)
    }
    return made
  }

  async #appendErasures(entries: readonly string[]): Promise<void> {
    const { log, clock } = this.#options
    const records = entries.map((key): NewRecord => {
      const id = digest('data-key-erased', key, String(clock.nowMs()))
      return { id, key, value: null }
    })
    await log.append(topics.keys, records)
    for (const entry of entries) this.#keys.erased(entry)
  }

  /** Passes what the keys log holds now, where others write to it. Rejects `log-unavailable` when that takes too long. */
  async learn(): Promise<void> {
    if (!this.#options.log.capabilities.sharedRoles) return
    if (!(await this.#view.catchUp(catchUpMs))) throw unread()
  }

  /** Learns a key that this vault made itself, when it comes back from the log: there is nothing to be read. False for any other. */
  #tookOwn({ id, key, value, partition, position }: StoredRecord): boolean {
    const data = value === null ? undefined : this.#own.get(id)
    if (data === undefined) return false
    this.#own.delete(id)
    this.#created(key, data, { partition, position })
    return true
  }

  #created(entry: string, data: DataKey, at: KeyPlace): void {
    if (this.#keys.created(entry, data, at)) return
    this.#returned.add(entry)
    if (!this.#isErasingAgain) void this.#eraseAgain()
  }

  #erased(entry: string): void {
    this.#keys.erased(entry)
    this.#returned.delete(entry)
  }

  /**
   * An append that was sent twice may land again behind the erasure, and a compacted topic keeps what comes last. So it is erased again, by whoever
   * sees it. What fails now is done when the log is read from its beginning the next time.
   */
  async #eraseAgain(): Promise<void> {
    this.#isErasingAgain = true
    while (this.#returned.size > 0) {
      const entries = [...this.#returned]
      this.#returned.clear()
      await this.#appendErasures(entries).catch(error =>
        this.#options.logger.warn({ error, entries: entries.length }, 'data keys that came back could not be erased again')
      )
    }
    this.#isErasingAgain = false
  }
}

function unread(): EventLogError {
  return new EventLogError('log-unavailable', `${topics.keys} could not be read to its end in ${catchUpMs} ms`)
}
