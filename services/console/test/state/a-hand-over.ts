// A hand-over that is made while fake timers pass what it waits for.

import { expect, vi } from 'vitest'
import { handOver, type MadeHandOver, makeHandOver } from '../../src/state/hand-over.ts'
import { soonAfter } from './a-suite.ts'

export async function madeHandOver(): Promise<MadeHandOver> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    let isOver = false
    void makeHandOver().finally(() => {
      isOver = true
    })
    await soonAfter(1_000, () => isOver).toBe(true)
  } finally {
    vi.useRealTimers()
  }
  const state = handOver.value
  return state.kind === 'made' ? state.made : expect.unreachable('it is made')
}
