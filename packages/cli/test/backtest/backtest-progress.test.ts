// The progress of a backtest in words.

import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import {
  createBacktestProgress,
  foldingPhase,
  formatProgress,
  readingPhase
} from '../../src/backtest/backtest-progress.ts'

describe('progress', () => {
  it('names the count, the rate and the time left', () => {
    const words = formatProgress(foldingPhase, { done: 2000, total: 10_000, count: 2000 }, 4000)
    expect(words).toBe('folding · 2,000 reports · 500 reports/s · 16 s left')
    expect(formatProgress(readingPhase, { done: 1e6, total: 2e8, count: 9000 }, 3000)).toBe(
      'reading · 9,000 rows · 3,000 rows/s · 10 min left'
    )
  })

  it('promises no time before anything is done, and none beyond the end', () => {
    expect(formatProgress(readingPhase, { done: 0, total: 100, count: 0 }, 0)).toBe(
      'reading · 0 rows'
    )
    expect(formatProgress(readingPhase, { done: 200, total: 100, count: 8 }, 1000)).toBe(
      'reading · 8 rows · 8 rows/s · 0 s left'
    )
  })

  it('is a line every ten seconds where notes go to no terminal', () => {
    const notes: string[] = []
    const note = (text: string) => notes.push(text)
    const output = {
      line: () => {},
      note,
      bytes: new PassThrough(),
      isTerminal: true,
      notesOnTerminal: false
    }
    let nowMs = 0
    const progress = createBacktestProgress(output, { monotonicMs: () => nowMs })
    for (; nowMs <= 25_000; nowMs += 500)
      progress.at(foldingPhase, { done: nowMs, total: 50_000, count: nowMs })
    progress.end()
    expect(notes).toEqual([
      'folding · 10,000 reports · 1,000 reports/s · 40 s left',
      'folding · 20,000 reports · 1,000 reports/s · 30 s left'
    ])
  })
})
