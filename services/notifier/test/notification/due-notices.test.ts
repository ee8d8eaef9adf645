// What a subscriber is told of silences and watches, and when: each thing at most once, and nothing
// of what flaps.

import type { SilenceNews, WatchNews } from '@tocsin/contracts/subscription/notification-words'
import { describe, expect, it } from 'vitest'
import { type EndpointHealth, healthyEndpoint } from '../../src/notification/endpoint-health.ts'
import {
  decideEndpointNotice,
  decideSilenceNotice,
  decideWatchNotice,
  type EndpointStanding,
  noticeGapMs,
  noticeSchedule
} from '../../src/notification/notices.ts'

const told = (state: SilenceNews | WatchNews, toldMs = 0) => ({ state, toldMs })
const minuteMs = 60_000

describe('a silence', () => {
  it('is told as it begins to hold, and not before', () => {
    expect([
      decideSilenceNotice(null, 'waiting', 0),
      decideSilenceNotice(null, 'holding', 0)
    ]).toEqual([null, 'holding'])
    expect(decideSilenceNotice(told('holding'), 'holding', minuteMs)).toBeNull()
  })

  it('is told to be over once, to whom its beginning was told', () => {
    expect(decideSilenceNotice(null, 'over', 0)).toBeNull()
    // Earlier versions sent that it matches nothing.
    for (const state of ['holding', 'unmatched'] as const)
      expect(decideSilenceNotice(told(state), 'over', 0)).toBe('over')
    for (const standing of ['over', 'waiting'] as const)
      expect(decideSilenceNotice(told('over'), standing, 60 * minuteMs)).toBeNull()
  })

  it('that holds again because a clock was set is told again, at most every ten minutes', () => {
    expect(decideSilenceNotice(told('over'), 'holding', noticeGapMs - 1)).toBeNull()
    expect(decideSilenceNotice(told('over'), 'holding', noticeGapMs)).toBe('holding')
    expect(decideSilenceNotice(told('over', 40 * noticeGapMs), 'holding', 0)).toBe('holding')
  })
})

describe('a watch', () => {
  it('is told when nobody is on, and when somebody is again', () => {
    expect([decideWatchNotice(null, false, 0), decideWatchNotice(null, true, 0)]).toEqual([
      null,
      'unstaffed'
    ])
    expect(decideWatchNotice(told('unstaffed'), true, noticeGapMs)).toBeNull()
    expect(decideWatchNotice(told('unstaffed'), false, noticeGapMs)).toBe('staffed')
  })

  it('that comes and goes is told at most every ten minutes, whatever a clock does', () => {
    expect(decideWatchNotice(told('unstaffed'), false, noticeGapMs - 1)).toBeNull()
    expect(decideWatchNotice(told('unstaffed', noticeGapMs), false, 0)).toBe('staffed')
    let known: ReturnType<typeof told> | null = null
    const states: string[] = []
    for (let nowMs = 0; nowMs < 60 * minuteMs; nowMs += minuteMs) {
      const state: WatchNews | null = decideWatchNotice(known, (nowMs / minuteMs) % 3 !== 0, nowMs)
      if (state === null) continue
      known = told(state, nowMs)
      states.push(state)
    }
    expect(states.length).toBeLessThanOrEqual(6)
  })
})

const up: EndpointStanding = {
  health: healthyEndpoint,
  isEnded: false,
  parkedCount: 0,
  acceptedMs: null
}
const health = (state: EndpointHealth['state']): EndpointHealth => ({
  ...healthyEndpoint,
  state,
  failures: 6,
  sinceMs: 0
})
const nowMs = 10_000_000
const toldAt = (
  state: 'down' | 'parked' | 'ended' | 'refused' | 'up',
  toldMs: number,
  channel = 'c'
) => ({ state, toldMs, channel })

const at = { channel: 'c', nowMs }

describe('an endpoint', () => {
  it.each([
    ['nothing while it is up', up, null],
    ['nothing of first failures', { ...up, health: health('failing') }, null],
    ['that it is down', { ...up, health: health('down') }, 'down'],
    ['that it is parked', { ...up, health: health('parked') }, 'parked'],
    ['that it ended', { ...up, isEnded: true, health: health('down') }, 'ended'],
    ['that a delivery is parked', { ...up, parkedCount: 1 }, 'refused']
  ] as const)('is told at first %s', (_, standing, expected) => {
    expect(decideEndpointNotice(null, standing, at)).toBe(expected)
  })

  it('is told to be down once', () => {
    const standing = { ...up, health: health('down') }
    expect(decideEndpointNotice(toldAt('down', nowMs - 1), standing, at)).toBeNull()
  })

  it('is told to work again only once something was accepted since', () => {
    const before = toldAt('down', nowMs - noticeGapMs)
    expect(decideEndpointNotice(before, up, at)).toBeNull()
    const earlier = { ...up, acceptedMs: before.toldMs - 1 }
    expect(decideEndpointNotice(before, earlier, at)).toBeNull()
    expect(decideEndpointNotice(before, { ...up, acceptedMs: nowMs }, at)).toBe('up')
  })

  it('is told at most every ten minutes, unless it ended, whatever a clock does', () => {
    const before = toldAt('down', nowMs - 1_000)
    expect(decideEndpointNotice(before, { ...up, acceptedMs: nowMs }, at)).toBeNull()
    expect(decideEndpointNotice(before, { ...up, isEnded: true }, at)).toBe('ended')
    const ahead = toldAt('down', nowMs + 10 * noticeGapMs)
    expect(decideEndpointNotice(ahead, { ...up, health: health('parked') }, at)).toBe('parked')
  })

  it('is told again to another address, and nothing good to one that knows nothing bad', () => {
    const before = toldAt('down', 0, 'before')
    expect(decideEndpointNotice(before, { ...up, health: health('down') }, at)).toBe('down')
    expect(decideEndpointNotice(before, { ...up, acceptedMs: nowMs }, at)).toBeNull()
  })
})

it('a notice has seven attempts within ten hours', () => {
  expect(noticeSchedule.waitsMs).toHaveLength(6)
  expect(noticeSchedule.waitsMs.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(
    10 * 3_600_000
  )
})
