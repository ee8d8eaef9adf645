// A shift report that is made while fake timers pass what it waits for.

import { expect, vi } from 'vitest'
import { type MadeReport, madeReport, makeReport } from '../../src/state/shift-report.ts'
import { soonAfter } from './a-suite.ts'

export async function aShiftReport(): Promise<MadeReport> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    let isOver = false
    void makeReport().finally(() => {
      isOver = true
    })
    await soonAfter(1_000, () => isOver).toBe(true)
  } finally {
    vi.useRealTimers()
  }
  return madeReport.value ?? expect.unreachable('it is made')
}
