// What is heard on a page: one sound for a burst, and none too few for what nobody answered.

import '../a-link.ts'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { isOpen } from '../../../src/shown/shown-alert.ts'
import { setAddress } from '../../../src/state/address.ts'
import { isLive, nowMs, picture, unacknowledgedCount } from '../../../src/state/console-state.ts'
import { politely } from '../../../src/state/notices.ts'
import { alarmsNow, arm, disarm, hush, soundings } from '../../../src/state/sound.ts'
import { type AlertMembers, anAlert } from '../../support/an-alert.ts'
import { comesBack, signIn } from '../a-link.ts'
import { Socket } from '../a-stream.ts'
import { soon, soonAfter, suiteHas } from '../a-suite.ts'

const grave = (alertId: string, more: AlertMembers = {}) =>
  anAlert({ alertId, severity: 'extreme', ...more })
const had = { acknowledgedBy: 'Ben' }
const alarming = () => alarmsNow.value.map(({ alert }) => alert.alertId).sort()

describe('a page that sounds', () => {
  beforeAll(async () => {
    suiteHas()
    ;(await signIn()).subscribed([])
  })
  beforeEach(async () => {
    nowMs.value = Date.now()
    Socket.last.heartbeat()
    await soon(() => isLive.value).toBe(true)
  })
  afterEach(async () => {
    disarm()
    const left = [...picture.alerts.values()].filter(isOpen)
    for (const alert of left)
      Socket.last.event(grave(alert.alertId, { revision: 9, status: 'resolved' }), 'resolved')
    await soon(() => picture.openCount).toBe(0)
  })

  it('does not sound for what somebody took while the link was gone', async () => {
    Socket.last.event(grave('a', { revision: 1, notify: 'quiet' }))
    await soon(() => picture.openCount).toBe(1)
    await arm()
    const before = soundings.value
    ;(await comesBack()).subscribed('recovered')
    Socket.last.event(grave('b'))
    await soon(() => picture.alerts.has('b')).toBe(true)
    Socket.last.event(grave('b', { revision: 3, operator: had, notify: 'update' }), 'acknowledged')
    Socket.last.heartbeat()
    await soon(() => isLive.value).toBe(true)
    await soon(alarming).toEqual([])
    nowMs.value += 1_000
    expect(soundings.value).toBe(before)
    Socket.last.event(grave('c'))
    await soon(() => soundings.value).toBe(before + 1)
  })

  it('says and sounds what stands unacknowledged when it is armed, and not again once it is hushed', async () => {
    Socket.last.event(grave('a'))
    Socket.last.event(grave('b'))
    Socket.last.event(grave('taken', { operator: had }))
    await soon(() => unacknowledgedCount.value.count).toBe(2)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const before = soundings.value
    await arm()
    expect([alarming(), soundings.value]).toEqual([['a', 'b'], before + 1])
    await soonAfter(500, () => politely.value).toContain('2 alerts stood unacknowledged')
    vi.useRealTimers()
    hush()
    Socket.last.event(grave('a', { revision: 3, notify: 'update' }), 'revised')
    ;(await comesBack()).subscribed([grave('a', { revision: 3, notify: 'update' }), grave('b')])
    await soon(() => isLive.value).toBe(true)
    expect(alarming()).toEqual([])
  })

  it('sounds what somebody had, once they give it back or their time is over', async () => {
    await arm()
    Socket.last.event(grave('a', { operator: had, notify: 'update' }), 'acknowledged')
    await soon(() => picture.openCount).toBe(1)
    Socket.last.event(grave('a', { revision: 3, notify: 'update' }), 'acknowledgement-lapsed')
    await soon(() => picture.alerts.get('a')?.revision).toBe(3)
    await soon(alarming).toEqual(['a'])
  })

  it('sounds at each page, also of what was raised quietly, of a drill, and of what was hushed', async () => {
    setAddress({ 'sound-drills': 'yes' })
    await arm()
    Socket.last.event(grave('a', { notify: 'quiet', operator: { isAcknowledged: null } }))
    Socket.last.event(grave('drill', { drill: true }))
    await soon(alarming).toEqual(['drill'])
    Socket.last.event(grave('a', { revision: 3 }), 'confirmed')
    await soon(alarming).toEqual(['a', 'drill'])
    hush()
    expect(alarming()).toEqual([])
    Socket.last.event(grave('a', { revision: 4 }), 'escalated')
    await soon(alarming).toEqual(['a'])
  })

  it('sounds what became graver or was raised in a gap of which no event tells', async () => {
    Socket.last.event(anAlert({ alertId: 'a', severity: 'severe' }))
    Socket.last.event(grave('b'))
    await arm()
    await soon(alarming).toEqual(['a', 'b'])
    hush()
    ;(await comesBack()).subscribed([grave('a', { revision: 3 }), grave('b'), grave('c')])
    await soon(alarming).toEqual(['a', 'c'])
  })
})
