// The current time in each theatre, from the incidents log: the last tick and its position. Also
// the operators' requests that have no outcome yet.

import {
  type AlertRequest,
  asksAboutAlert,
  beforeAllTime,
  type TheatreConfig,
  type TheatreRecord
} from '@tocsin/contracts/theatre/theatre-record'
import type { FactTable } from '../reports/fact-table.ts'

export interface PendingRequest {
  readonly theatre: string
  readonly request: AlertRequest
  readonly at: string
}

export interface Tick {
  /** ISO 8601. */
  readonly to: string
  readonly partition: number
  readonly position: bigint
}

export class TheatreClocks {
  readonly #facts: FactTable
  readonly #ticks = new Map<string, Tick>()
  /** How often officers set a theatre's time, by theatre. */
  readonly #timesSet = new Map<string, number>()
  readonly #configs = new Map<string, TheatreConfig>()

  constructor(facts: FactTable) {
    this.#facts = facts
  }

  /** Reads the facts, instead of what was known before. */
  load(): void {
    const restore = <T>(name: string, known: Map<string, T>, read: (value: unknown) => T) => {
      known.clear()
      for (const [key, value] of this.#facts.list(`${name}|`)) known.set(key, read(value))
    }
    restore('tick', this.#ticks, value => {
      const { position, ...tick } = value as Omit<Tick, 'position'> & { readonly position: number }
      return { ...tick, position: BigInt(position) }
    })
    restore('times-set', this.#timesSet, Number)
    restore('config', this.#configs, value => value as TheatreConfig)
  }

  /** The last tick; null before the first. */
  lastTick(theatre: string): Tick | null {
    return this.#ticks.get(theatre) ?? null
  }

  /** The current time there, ISO 8601; null while a replay waits for its first tick. */
  nowIn(theatre: string): string | null {
    const to = this.#ticks.get(theatre)?.to ?? null
    return to === beforeAllTime ? null : to
  }

  /** How often officers set the time of a theatre. */
  timesSet(theatre: string): number {
    return this.#timesSet.get(theatre) ?? 0
  }

  /** The area and clock stated in the theatre's own log. */
  config(theatre: string): TheatreConfig | undefined {
    return this.#configs.get(theatre)
  }

  request(actionId: string): PendingRequest | undefined {
    return this.#facts.find(`asked|${actionId}`) as PendingRequest | undefined
  }

  apply(
    record: TheatreRecord,
    { partition, position }: { readonly partition: number; readonly position: bigint }
  ): void {
    if (record.type === 'clock.ticked') {
      const { to } = record.data
      // A tick not later than the last is ignored, as the rules do.
      if (to > (this.#ticks.get(record.theatre)?.to ?? ''))
        this.#setTick(record.theatre, { to, partition, position })
    }
    if (record.type === 'clock.set' && this.#isFirst(record)) {
      const times = this.timesSet(record.theatre) + 1
      this.#setTick(record.theatre, { to: record.data.to, partition, position })
      this.#timesSet.set(record.theatre, times)
      this.#facts.put(`times-set|${record.theatre}`, times)
    }
    // An owner that takes over may copy a configuration again after a newer one.
    if (record.type === 'theatre.configured' && this.#isFirst(record)) {
      this.#configs.set(record.theatre, record.data)
      this.#facts.put(`config|${record.theatre}`, record.data)
    }
    if (asksAboutAlert(record)) {
      const { theatre, data: request, time: at } = record
      // The first request of an action counts, as for the rules.
      this.#facts.putFirst(`asked|${request.actionId}`, { theatre, request, at })
    }
  }

  #setTick(theatre: string, { to, partition, position }: Tick): void {
    this.#ticks.set(theatre, { to, partition, position })
    this.#facts.put(`tick|${theatre}`, { to, partition, position: Number(position) })
  }

  /** The first copy of each record counts. */
  #isFirst({ theatre, id }: TheatreRecord): boolean {
    return this.#facts.putFirst(`folded|${theatre}|${id}`, true)
  }
}
