// When the second channel is told.

import { describe, expect, it } from 'vitest'
import { type EndpointHealth, healthyEndpoint } from '../../src/notification/endpoint-health.ts'
import {
  type EndpointStanding,
  nextNotice,
  noticeGapMs,
  noticeSchedule
} from '../../src/notification/outage-notice.ts'

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

describe('what is told next', () => {
  it.each([
    ['nothing while it is up', up, { kind: 'none' }],
    ['nothing of first failures', { ...up, health: health('failing') }, { kind: 'none' }],
    ['that it is down', { ...up, health: health('down') }, { kind: 'raise', state: 'down' }],
    ['that it is parked', { ...up, health: health('parked') }, { kind: 'raise', state: 'parked' }],
    [
      'that it ended',
      { ...up, isEnded: true, health: health('down') },
      { kind: 'raise', state: 'ended' }
    ],
    ['that a delivery is parked', { ...up, parkedCount: 1 }, { kind: 'raise', state: 'refused' }]
  ] as const)('is at first %s', (_, standing, expected) => {
    expect(nextNotice(standing, { told: null, channel: 'c', nowMs })).toEqual(expected)
  })

  it('is said once', () => {
    const told = toldAt('down', nowMs - 1)
    expect(nextNotice({ ...up, health: health('down') }, { told, channel: 'c', nowMs })).toEqual({
      kind: 'none'
    })
  })

  it('is that it works again only once something was accepted since', () => {
    const told = toldAt('down', nowMs - noticeGapMs)
    expect(nextNotice(up, { told, channel: 'c', nowMs })).toEqual({ kind: 'none' })
    expect(
      nextNotice({ ...up, acceptedMs: told.toldMs - 1 }, { told, channel: 'c', nowMs })
    ).toEqual({ kind: 'none' })
    const accepted = { ...up, acceptedMs: nowMs }
    expect(nextNotice(accepted, { told, channel: 'c', nowMs })).toEqual({
      kind: 'raise',
      state: 'up'
    })
  })

  it('waits ten minutes after the one before, unless it is the end', () => {
    const told = toldAt('down', nowMs - 1_000)
    const wait = { kind: 'wait', untilMs: nowMs + noticeGapMs - 1_000 }
    expect(nextNotice({ ...up, acceptedMs: nowMs }, { told, channel: 'c', nowMs })).toEqual(wait)
    expect(nextNotice({ ...up, isEnded: true }, { told, channel: 'c', nowMs })).toEqual({
      kind: 'raise',
      state: 'ended'
    })
  })

  it('waits no longer because the clock was set back', () => {
    const told = toldAt('down', nowMs + 10 * noticeGapMs)
    const next = nextNotice({ ...up, health: health('parked') }, { told, channel: 'c', nowMs })
    expect(next).toEqual({ kind: 'wait', untilMs: nowMs + noticeGapMs })
  })

  it('is told again to another address, and nothing good to one that knows nothing bad', () => {
    const told = toldAt('down', 0, 'before')
    expect(nextNotice({ ...up, health: health('down') }, { told, channel: 'c', nowMs })).toEqual({
      kind: 'raise',
      state: 'down'
    })
    expect(nextNotice({ ...up, acceptedMs: nowMs }, { told, channel: 'c', nowMs })).toEqual({
      kind: 'none'
    })
  })
})

it('a notice has seven attempts within ten hours', () => {
  expect(noticeSchedule.waitsMs).toHaveLength(6)
  expect(noticeSchedule.waitsMs.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(
    10 * 3_600_000
  )
})
