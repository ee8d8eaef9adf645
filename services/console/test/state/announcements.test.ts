// What screen readers are told: of one alert, in a flood, of the same thing twice, and of what is
// no alert.

import '../support/a-page.ts'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { CallingAlert } from '../../src/change/alert-changes.ts'
import { announce, announceAlert, atOnce, politely } from '../../src/state/notices.ts'
import { words } from '../../src/words/words.ts'

const call = (alertId: string, more: Partial<CallingAlert> = {}): CallingAlert => ({
  ...{ alertId, severity: 'severe', headline: `Siege of ${alertId}`, isNew: true },
  ...more
})
const extreme = { severity: 'extreme' } as const
const settled = () => vi.advanceTimersByTime(1_500)

/** Each change of a region is heard, and nothing else is. */
let heard: string[] = []
let ends: (() => void)[] = []

beforeEach(() => {
  vi.useFakeTimers()
  heard = []
  ends = [politely, atOnce].map(region => {
    region.value = ''
    return region.subscribe(text => {
      if (text !== '') heard.push(text)
    })
  })
})
afterEach(() => {
  for (const end of ends) end()
  vi.runAllTimers()
  vi.useRealTimers()
})

it('is the first of the gravest at once, and a hundred that follow it as one, with the gravest by name', () => {
  announceAlert(call('Diosso', extreme))
  expect(heard).toEqual(['New: extreme: Siege of Diosso'])
  for (let i = 0; i < 100; i += 1) announceAlert(call(`n${i}`, { ...extreme, isNew: i > 2 }))
  settled()
  expect(heard.slice(1)).toEqual(['97 new alerts, 3 changed alerts. Gravest: extreme: Siege of n3'])
  announceAlert(call('one more', extreme))
  settled()
  announceAlert(call('later', extreme))
  vi.advanceTimersByTime(3_000)
  const onceMore = ['one more', 'later'].map(name => `New: extreme: Siege of ${name}`)
  expect(heard.slice(2)).toEqual(onceMore)
})

it('tells new from changed, and counts an alert once', () => {
  announceAlert(call('old', { isNew: false, severity: 'minor' }))
  settled()
  announceAlert(call('a'))
  announceAlert(call('a', { isNew: false, headline: 'Siege of a, escalated' }))
  settled()
  announceAlert(call('b', { severity: 'minor' }))
  announceAlert(call('c', { isNew: false }))
  settled()
  expect(heard).toEqual([
    'Changed: minor: Siege of old',
    'New: severe: Siege of a, escalated',
    '1 new alert, 1 changed alert. Gravest: severe: Siege of c'
  ])
})

it('says what is no alert as it is, beside the alerts of the moment', () => {
  announce('Not accepted: Ben was first')
  announceAlert(call('a'))
  announce(words.missed.title(3))
  settled()
  expect(heard).toEqual([
    `New: severe: Siege of a. Not accepted: Ben was first. While this page was not live: 3 alerts changed`
  ])
})

it('is heard each time, also of the same text', () => {
  for (let i = 0; i < 3; i += 1) {
    announce('Saved.')
    settled()
  }
  announceAlert(call('a', extreme))
  settled()
  announceAlert(call('a', extreme))
  const again = 'New: extreme: Siege of a'
  expect(heard.map(text => text.trim())).toEqual(['Saved.', 'Saved.', 'Saved.', again, again])
})
