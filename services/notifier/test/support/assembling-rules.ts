// The part of the rules service that incidents need: real folds of theatres, whose incident events
// go into the log, and committed progress. No alerts.

import { digest } from '@tocsin/contracts/json/digest'
import { decodeTheatreRecord, encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { TheatreFold } from '@tocsin/domain/theatre/theatre-fold'
import { follow } from '@tocsin/event-log/follow'
import { topics } from '@tocsin/event-log/topics'
import type { Harness } from './notifier-harness.ts'

export class AssemblingRules {
  readonly #h: Pick<Harness, 'log' | 'clock'>
  readonly #stop = new AbortController()
  readonly #folds = new Map<string, TheatreFold>()
  /** While true, no records are folded: the rules lag. */
  isPaused = false

  constructor(h: Pick<Harness, 'log' | 'clock'>) {
    this.#h = h
  }

  async start(): Promise<this> {
    const { log, clock } = this.#h
    void follow({
      log,
      clock,
      signal: this.#stop.signal,
      from: await log.cursorAt(topics.incidents, 'earliest'),
      decode: decodeTheatreRecord,
      handle: async ({ records, cursor }) => {
        while (this.isPaused && !this.#stop.signal.aborted) await clock.sleep(10, this.#stop.signal)
        for (const { decoded } of records) await this.#fold(decoded.record)
        await log.commit('rules', cursor)
      }
    })
    return this
  }

  stop(): void {
    this.#stop.abort()
  }

  async #fold(record: TheatreRecord): Promise<void> {
    const { theatre, time } = record
    const fold = this.#folds.get(theatre) ?? new TheatreFold(theatre, digest)
    this.#folds.set(theatre, fold)
    const written = fold.apply(record).incidents.map(event => {
      const id = digest('incident', theatre, String(event.data.seq))
      return {
        id,
        key: theatre,
        value: encodeRecord({ id, source: '/test', time, cause: record.id, theatre }, event)
      }
    })
    if (written.length > 0) await this.#h.log.append(topics.assembly, written)
  }
}
