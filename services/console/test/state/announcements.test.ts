// What screen readers are told in a flood.

import '../support/a-page.ts'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { announce, atOnce } from '../../src/state/announcements.ts'
import { words } from '../../src/words/words.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.runAllTimers()
  vi.useRealTimers()
})

it('is the first of the gravest at once, and a hundred that follow it as one', () => {
  const said: string[] = []
  const end = atOnce.subscribe(text => {
    if (text !== '') said.push(text)
  })
  announce('New: extreme: Siege of Diosso', true)
  expect(said).toEqual(['New: extreme: Siege of Diosso'])
  for (let i = 0; i < 100; i += 1) announce(`New: extreme: ${i}`, true)
  vi.advanceTimersByTime(1_500)
  expect(said).toEqual(['New: extreme: Siege of Diosso', words.say.many(100)])
  announce('New: extreme: one more', true)
  vi.advanceTimersByTime(1_500)
  announce('New: extreme: later', true)
  vi.advanceTimersByTime(3_000)
  expect(said.slice(2)).toEqual(['New: extreme: one more', 'New: extreme: later'])
  end()
})
