// The time of a theatre, by its ticks and officers' settings, and its downtime. Plain state; the
// theatre's fold drives it.

import type { TheatreRecord } from '../record/theatre-record.ts'
import { formatTime, hourMs, parseTimeMs, type Span } from '../space-time/event-time.ts'
import type { IgnoredReason } from './fold-output.ts'

/** Maximum number of remembered spans of downtime; the latest are kept. */
export const unheardMax = 1000
/**
 * A wall clock ticks at least hourly. A longer pause between two ticks counts as downtime. Source:
 * shape.md#time.
 */
export const tickGapMs = 2 * hourMs

export interface TheatreTimeSnapshot {
  readonly tickMs: number | null
  readonly unheard: readonly Span[]
  /** Left out: nobody set the time. */
  readonly timeSetBy?: string
}

/** A record that says what time it is. */
export type TimeRecord = TheatreRecord & { readonly type: 'clock.ticked' | 'clock.set' }

export class TheatreTime {
  #tickMs = Number.NEGATIVE_INFINITY
  #unheard: readonly Span[] = []
  #timeSetBy: string | null = null

  /** The last tick, ms; before the first, before all time. */
  get tickMs(): number {
    return this.#tickMs
  }

  /** The last tick, ISO 8601; null before the first. */
  get now(): string | null {
    return Number.isFinite(this.#tickMs) ? formatTime(this.#tickMs) : null
  }

  /**
   * The theatre's time when a record was accepted. Of a replay clock that is the last tick,
   * whatever the day is outside. Of a wall clock it is the record's own time, within the two hours
   * that ticks may be apart: a wrong clock of a machine must not make what comes later look old.
   */
  nowMs({ time }: Pick<TheatreRecord, 'time'>, clock: 'wall' | 'replay'): number {
    if (clock === 'replay') return this.#tickMs
    return Math.min(Math.max(parseTimeMs(time), this.#tickMs), this.#tickMs + tickGapMs)
  }

  /** Spans of downtime between two wall ticks: current findings may reach back to them. */
  get unheard(): readonly Span[] {
    return this.#unheard
  }

  /**
   * Id of the record by which an officer last set the time; null: none. Ticks after it have other
   * ids than those before.
   */
  get timeSetBy(): string | null {
    return this.#timeSetBy
  }

  /** Why a record leaves the time unchanged; null if it moves it, or confirms it. */
  reasonToPass({ type, data }: TimeRecord): IgnoredReason | null {
    const toMs = parseTimeMs(data.to)
    if (type === 'clock.set') return toMs < this.#tickMs ? 'time-stands-later' : null
    return toMs <= this.#tickMs ? 'tick-not-later' : null
  }

  /**
   * Applies a record that `reasonToPass` accepts. Before a set time the clock may have stood still:
   * that counts as downtime.
   */
  take(record: TimeRecord): void {
    const toMs = parseTimeMs(record.data.to)
    const isWord = record.type === 'clock.set'
    if (isWord) this.#timeSetBy = record.id
    if (toMs <= this.#tickMs) return
    const isGap = isWord || record.data.gap
    if (isGap && Number.isFinite(this.#tickMs)) {
      this.#unheard = [...this.#unheard, { fromMs: this.#tickMs, toMs }].slice(-unheardMax)
    }
    this.#tickMs = toMs
  }

  snapshot(): TheatreTimeSnapshot {
    return {
      // JSON has no infinity.
      tickMs: Number.isFinite(this.#tickMs) ? this.#tickMs : null,
      unheard: this.#unheard,
      ...(this.#timeSetBy === null ? {} : { timeSetBy: this.#timeSetBy })
    }
  }

  restore({ tickMs, unheard, timeSetBy }: TheatreTimeSnapshot): void {
    this.#tickMs = tickMs ?? Number.NEGATIVE_INFINITY
    this.#unheard = unheard
    this.#timeSetBy = timeSetBy ?? null
  }
}
