// How far a backtest is, on standard error: a bar on a terminal, elsewhere a line every ten
// seconds. Standard output has the result only.

import type { Clock } from '@tocsin/domain/ports'
import type { Output } from '../terminal/output.ts'
import { createProgress } from '../terminal/progress.ts'

/** One part of the work: rows in, by bytes of the file; or reports folded. */
export interface Phase {
  readonly name: 'reading' | 'folding'
  readonly unit: 'rows' | 'reports'
}
export const readingPhase: Phase = { name: 'reading', unit: 'rows' }
export const foldingPhase: Phase = { name: 'folding', unit: 'reports' }

/** How much of a phase is done, and what is shown for it. */
export interface Done {
  /** Of `total`, in any unit: bytes or reports. */
  readonly done: number
  readonly total: number
  /** Rows or reports so far. */
  readonly count: number
}

export interface BacktestProgress {
  at(phase: Phase, done: Done): void
  end(): void
}

/** Without a terminal, ms. */
const lineEveryMs = 10_000

export function createBacktestProgress(
  output: Output,
  clock: Pick<Clock, 'monotonicMs'>
): BacktestProgress {
  const bar = createProgress(output.notesOnTerminal, () => {}, 'standard error')
  const beganMs = new Map<Phase, number>()
  let toldMs = clock.monotonicMs()
  return {
    at(phase, done) {
      const nowMs = clock.monotonicMs()
      const began = beganMs.get(phase) ?? nowMs
      beganMs.set(phase, began)
      const words = formatProgress(phase, done, nowMs - began)
      bar.update(done.done, Math.max(1, done.total), words)
      if (output.notesOnTerminal || nowMs - toldMs < lineEveryMs) return
      toldMs = nowMs
      output.note(words)
    },
    end: () => bar.end()
  }
}

/**
 * In words: count, rate, and the time left at this rate. `tookMs`: since the phase
 * began. Pure.
 */
export function formatProgress(
  { name, unit }: Phase,
  { done, total, count }: Done,
  tookMs: number
): string {
  const words = `${name} · ${formatNumber(count)} ${unit}`
  if (tookMs <= 0 || done <= 0) return words
  const leftMs = (Math.max(0, total - done) * tookMs) / done
  return `${words} · ${formatNumber((count * 1000) / tookMs)} ${unit}/s · ${formatDuration(leftMs)} left`
}

function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}

function formatNumber(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
