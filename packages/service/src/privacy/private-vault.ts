// The data keys of private texts: created and appended to the keys log before use, followed by
// every process that opens texts, erased for good on request. data-keys.ts holds the known keys,
// private-sealing.ts seals.

import { digest } from '@tocsin/contracts/json/digest'
import { decodeDataKey, encodeRecord } from '@tocsin/contracts/record/records'
import type { PrivateTexts } from '@tocsin/contracts/report/private-texts'
import type { SealedPrivate } from '@tocsin/contracts/theatre/report'
import type { Random } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import type { NewRecord, RecordPosition, StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { TopicView, type TopicViewOptions } from '../projection/topic-view.ts'
import { type DataKey, DataKeys, makeEntry } from './data-keys.ts'
import {
  digestPrivate,
  makeDataKey,
  openTexts,
  sealTexts,
  unwrapDataKey,
  wrapDataKey
} from './private-sealing.ts'
import type { Secrets } from './secrets.ts'

interface VaultDeps
  extends Omit<TopicViewOptions<DataKey>, 'topic' | 'decode' | 'take' | 'isTaken' | 'erased'> {
  readonly random: Random
  readonly secrets: Secrets
}

/** A report's data key, as needed to write a revision. */
export interface ReportKey {
  readonly keyId: string
  seal(texts: PrivateTexts): SealedPrivate
  /** The digest of a revision's private part, in canonical form, under this key; hex. */
  digest(privateText: string): string
}

/**
 * `erased`: there is no key any more, or there never was. `unreadable`: there is a key, but it does
 * not open this.
 */
export type Opened =
  | { readonly kind: 'opened'; readonly texts: PrivateTexts }
  | { readonly kind: 'erased' | 'unreadable' }

/** Most own keys that are remembered until they are read back; any other is read in full. */
const ownMax = 10_000
/**
 * Most key ids that are drawn until one falls into the right partition: with a hundred partitions,
 * one in 10^40 reports needs more.
 */
const drawsMax = 10_000
/** Timeout for reading keys that other instances may have created or erased, ms. */
const catchUpMs = 2000

/** A view of the keys: it is started, followed and closed as any other. */
export class PrivateVault extends TopicView<DataKey> {
  readonly #deps: VaultDeps
  readonly #wrapping: Buffer
  readonly #keys = new DataKeys()
  /** Own keys that have not been read back, by the random id of their record. */
  readonly #own = new Map<string, DataKey>()
  /** Entries that were recreated after their erasure, to be erased again. */
  readonly #returned = new Set<string>()
  #isErasingAgain = false

  constructor(deps: VaultDeps) {
    super({
      ...deps,
      topic: topics.keys,
      decode: decodeDataKey,
      take: batch => {
        for (const { stored, decoded } of batch.records)
          this.#created(stored.key, decoded.record, stored)
      },
      isTaken: stored => this.#tookOwn(stored),
      erased: ({ key }) => {
        this.#keys.erased(key)
        this.#returned.delete(key)
      }
    })
    this.#deps = deps
    this.#wrapping = deps.secrets.derive('wrap')
  }

  /**
   * The data key of a report, created if there is none, and durable before this resolves;
   * concurrent callers at all instances get the same one. Rejects with an EventLogError if that
   * fails. With several instances, it first reads what others have created and erased: an erased
   * key is never used again.
   */
  async makeKey(reportId: string): Promise<ReportKey> {
    await this.learn()
    const { keyId, dataKey } = this.#findKey(reportId) ?? (await this.#makeKey(reportId))
    return {
      keyId,
      seal: texts => sealTexts(dataKey, reportId, keyId, texts, this.#deps.random),
      digest: privateText => digestPrivate(dataKey, reportId, privateText)
    }
  }

  /**
   * The digest of a private part under each known, not erased key of a report, by key id; null
   * under a key that this suite did not wrap.
   */
  computeDigests(reportId: string, privateText: string): ReadonlyMap<string, string | null> {
    return new Map(
      this.#keys.of(reportId).map(({ data }) => {
        const dataKey = unwrapDataKey(this.#wrapping, data)
        const digest = dataKey === null ? null : digestPrivate(dataKey, reportId, privateText)
        return [data.keyId, digest] as const
      })
    )
  }

  /** The texts as they were sealed, if their key still exists. */
  open(reportId: string, sealed: SealedPrivate): Opened {
    const held = this.#keys.of(reportId).find(({ data }) => data.keyId === sealed.keyId)
    if (held === undefined) return { kind: 'erased' }
    const dataKey = unwrapDataKey(this.#wrapping, held.data)
    const texts = dataKey === null ? null : openTexts(dataKey, reportId, sealed)
    return texts === null ? { kind: 'unreadable' } : { kind: 'opened', texts }
  }

  /**
   * Erases every key of a report, also those of other instances: its texts are unreadable
   * everywhere from then on, and alerts stay unchanged. False if there was none. `noted` is called
   * first, if there is one: if it rejects, nothing is erased, and this rejects with its error.
   * Rejects with an EventLogError; idempotent.
   */
  async erase(reportId: string, noted: () => Promise<unknown> = async () => {}): Promise<boolean> {
    await this.learn()
    const entries = this.#keys.of(reportId).map(({ entry }) => entry)
    if (entries.length === 0) return false
    await noted()
    await this.#appendErasures(entries)
    return true
  }

  #findKey(reportId: string): { keyId: string; dataKey: Buffer } | null {
    for (const { data } of this.#keys.of(reportId)) {
      const dataKey = unwrapDataKey(this.#wrapping, data)
      if (dataKey !== null) return { keyId: data.keyId, dataKey }
    }
    return null
  }

  async #makeKey(reportId: string): Promise<{ keyId: string; dataKey: Buffer }> {
    const { log, clock, random } = this.#deps
    const { keyId, dataKey } = await this.#newKey(reportId)
    const wrapped = wrapDataKey(this.#wrapping, { reportId, keyId }, dataKey, random)
    const data: DataKey = { reportId, keyId, wrapped }
    const id = digest('data-key', reportId, keyId)
    const time = new Date(clock.nowMs()).toISOString()
    const envelope = { id, source: '/tocsin/vault', time, cause: null }
    const value = encodeRecord(envelope, { type: 'data-key.created', data })
    const key = makeEntry(reportId, keyId)
    if (this.#own.size < ownMax) this.#own.set(id, data)
    const [at] = await log.append(topics.keys, [{ id, key, value }]).catch(error => {
      this.#own.delete(id)
      throw error
    })
    this.#keys.created(key, data, at as RecordPosition)
    if (!log.capabilities.sharedRoles) return { keyId, dataKey }
    // Another instance may have created one concurrently: the first in the log is the report's.
    if (!(await this.waitForAppended(at as RecordPosition, catchUpMs))) throw unread()
    return this.#findKey(reportId) ?? { keyId, dataKey }
  }

  /**
   * With several instances, the keys of a report must be in one partition: only there do they
   * have an order.
   */
  async #newKey(reportId: string): Promise<{ readonly keyId: string; readonly dataKey: Buffer }> {
    const { log, random } = this.#deps
    if (!log.capabilities.sharedRoles) return makeDataKey(random)
    const home = await log.findPartition(topics.keys, reportId)
    let made = makeDataKey(random)
    for (let drawn = 1; drawn < drawsMax; drawn++) {
      if ((await log.findPartition(topics.keys, makeEntry(reportId, made.keyId))) === home) break
      made = makeDataKey(random)
    }
    return made
  }

  async #appendErasures(entries: readonly string[]): Promise<void> {
    const { log, clock } = this.#deps
    const records = entries.map((key): NewRecord => {
      const id = digest('data-key-erased', key, String(clock.nowMs()))
      return { id, key, value: null }
    })
    await log.append(topics.keys, records)
    for (const entry of entries) this.#keys.erased(entry)
  }

  /**
   * Reads the keys log to its end, if others write to it. Rejects `log-unavailable` after the
   * timeout.
   */
  async learn(): Promise<void> {
    if (!this.#deps.log.capabilities.sharedRoles) return
    if (!(await this.catchUp(catchUpMs))) throw unread()
  }

  /** Applies an own key when it is read back, without parsing. False for any other. */
  #tookOwn(stored: StoredRecord): boolean {
    const data = stored.value === null ? undefined : this.#own.get(stored.id)
    if (data === undefined) return false
    this.#own.delete(stored.id)
    this.#created(stored.key, data, stored)
    return true
  }

  #created(entry: string, data: DataKey, at: RecordPosition): void {
    if (this.#keys.created(entry, data, at)) return
    this.#returned.add(entry)
    if (!this.#isErasingAgain) void this.#eraseAgain()
  }

  /**
   * An append that was sent twice may land again after the erasure, and a compacted topic keeps the
   * last record. So whoever sees it erases it again; if that fails, it is repeated when the log is
   * next read from its beginning.
   */
  async #eraseAgain(): Promise<void> {
    this.#isErasingAgain = true
    while (this.#returned.size > 0) {
      const entries = [...this.#returned]
      this.#returned.clear()
      await this.#appendErasures(entries).catch(error =>
        this.#deps.logger.warn(
          { error, entries: entries.length },
          'recreated data keys could not be erased again'
        )
      )
    }
    this.#isErasingAgain = false
  }
}

function unread(): EventLogError {
  return new EventLogError(
    'log-unavailable',
    `${topics.keys} could not be read to its end in ${catchUpMs} ms`
  )
}
