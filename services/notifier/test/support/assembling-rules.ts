// The part of the rules service that incidents need: real folds of theatres: their events of incidents
// go into the log, and progress is committed. No alerts.

import type { IncidentEvent } from '@tocsin/contracts/incident/incident-event'
import { digest } from '@tocsin/contracts/json/digest'
import { decodeTheatreRecord, encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { TheatreEngine } from '@tocsin/engine/theatre/theatre-engine'
import { follow } from '@tocsin/event-log/follow'
import { topics } from '@tocsin/event-log/topics'
import type { Harness } from './notifier-harness.ts'

export class AssemblingRules {
  readonly #h: Harness
  readonly #stop = new AbortController()
  readonly #theatres = new Map<string, { engine: TheatreEngine; events: IncidentEvent[] }>()
  /** While true, no records are folded: the rules lag. */
  isPaused = false

  constructor(h: Harness) {
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
    const { engine, events } = this.#openTheatre(theatre)
    engine.apply(record)
    const written = events.splice(0).map(event => {
      const id = digest('incident', theatre, String(event.data.seq))
      return {
        id,
        key: theatre,
        value: encodeRecord({ id, source: '/test', time, cause: record.id, theatre }, event)
      }
    })
    if (written.length > 0) await this.#h.log.append(topics.assembly, written)
  }

  #openTheatre(theatre: string) {
    const known = this.#theatres.get(theatre)
    if (known !== undefined) return known
    const events: IncidentEvent[] = []
    const engine = new TheatreEngine(makeRuleSet([]), {
      ...{ theatre, engine: 'test', write: () => undefined },
      writeIncident: event => events.push(event)
    })
    const opened = { engine, events }
    this.#theatres.set(theatre, opened)
    return opened
  }
}
