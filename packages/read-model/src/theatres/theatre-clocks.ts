// The current time in each theatre, from the incidents log: the last tick and its position. Also
// the operators' requests that have no outcome yet.

import {
  type AlertRequest,
  asksAboutAlert,
  beforeAllTime,
  type TheatreRecord
} from '@tocsin/contracts/theatre/theatre-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { FactTable } from '../reports/fact-table.ts'

export interface PendingRequest {
  readonly theatre: string
  readonly request: AlertRequest
  readonly at: string
}

export interface Tick extends RecordPosition {
  /** ISO 8601. */
  readonly to: string
}

type StoredTick = Omit<Tick, 'position'> & { readonly position: number }

export class TheatreClocks {
  readonly #facts: FactTable
  /** Each report asks for the time several times. */
  readonly #ticks = new Map<string, Tick>()

  constructor(facts: FactTable) {
    this.#facts = facts
  }

  /** Call this after the table was opened or emptied. */
  load(): void {
    this.#ticks.clear()
    for (const [theatre, tick] of this.#facts.list('tick|') as [string, StoredTick][])
      this.#ticks.set(theatre, { ...tick, position: BigInt(tick.position) })
  }

  /** The last tick; null before the first. */
  lastTick(theatre: string): Tick | null {
    return this.#ticks.get(theatre) ?? null
  }

  /** The current time there, ISO 8601; null while a replay waits for its first tick. */
  nowIn(theatre: string): string | null {
    const to = this.lastTick(theatre)?.to ?? null
    return to === beforeAllTime ? null : to
  }

  /** How often officers set the time of a theatre. */
  timesSet(theatre: string): number {
    return Number(this.#facts.find(`times-set|${theatre}`) ?? 0)
  }

  request(actionId: string): PendingRequest | undefined {
    return this.#facts.find(`asked|${actionId}`) as PendingRequest | undefined
  }

  apply(record: TheatreRecord, at: RecordPosition): void {
    const { theatre, id, time } = record
    // A tick not later than the last is ignored, as the rules do.
    if (record.type === 'clock.ticked' && record.data.to > (this.lastTick(theatre)?.to ?? ''))
      this.#setTick(theatre, record.data.to, at)
    // The first copy of a record counts.
    if (record.type === 'clock.set' && this.#facts.putFirst(`folded|${theatre}|${id}`, true)) {
      this.#setTick(theatre, record.data.to, at)
      this.#facts.put(`times-set|${theatre}`, this.timesSet(theatre) + 1)
    }
    if (asksAboutAlert(record)) {
      const { data: request } = record
      // The first request of an action counts, as for the rules.
      this.#facts.putFirst(`asked|${request.actionId}`, { theatre, request, at: time })
    }
  }

  #setTick(theatre: string, to: string, { partition, position }: RecordPosition): void {
    this.#ticks.set(theatre, { to, partition, position })
    const stored: StoredTick = { to, partition, position: Number(position) }
    this.#facts.put(`tick|${theatre}`, stored)
  }
}
