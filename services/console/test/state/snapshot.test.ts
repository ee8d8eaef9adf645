// A link that comes back where the suite can not go on from: all open alerts come anew, in parts.

import './a-link.ts'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ShownAlert } from '../../src/shown/shown-alert.ts'
import { setAddress } from '../../src/state/address.ts'
import { freshness, nowMs, picture, pictureAge } from '../../src/state/console-state.ts'
import { counts, hasFocus, isWhole, queue } from '../../src/state/queue-state.ts'
import { alarmsNow, arm, hush } from '../../src/state/sound.ts'
import { anAlert } from '../support/an-alert.ts'
import { comesBack, signIn } from './a-link.ts'
import { draw } from './a-live-page.ts'
import { Socket } from './a-stream.ts'
import { soon, soonAfter, suiteHas } from './a-suite.ts'

const extreme = (alertId: string, more: Partial<ShownAlert> = {}) =>
  anAlert({ alertId, severity: 'extreme', ...more })
const alarming = () => alarmsNow.value.map(({ alert }) => alert.alertId)
const known = () => [...picture.alerts.keys()].sort()

describe('a page whose link comes back', () => {
  beforeAll(async () => {
    suiteHas()
    ;(await signIn()).subscribed([extreme('a'), extreme('b')])
    await vi.waitFor(() => expect(known()).toEqual(['a', 'b']))
    await arm()
  })
  beforeEach(() => hush())

  it('sounds what was raised meanwhile and stands in the snapshot, in whichever part', async () => {
    const socket = await comesBack()
    socket.subscribed([extreme('a')], true)
    socket.part([extreme('b'), extreme('raised')], false)
    await soon(alarming).toEqual(['raised'])
  })

  it('keeps an alarm whose alert is in a later part', async () => {
    Socket.last.event(extreme('late'))
    await soon(alarming).toEqual(['late'])
    const socket = await comesBack()
    socket.subscribed([extreme('a')], true)
    nowMs.value += 60_000
    expect(alarming()).toEqual(['late'])
    socket.part([extreme('late')], false)
    await soon(known).toEqual(['a', 'late'])
    nowMs.value += 60_000
    expect(alarming()).toEqual(['late'])
  })

  it('asks for all anew when what comes cannot be taken, and does not look live meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    nowMs.value = Date.now()
    Socket.last.heartbeat()
    await soon(() => freshness.value.kind).toBe('live')
    const before = Socket.all.length
    const complained = vi.spyOn(console, 'error').mockImplementation(() => {})
    vi.spyOn(picture, 'takeEvent').mockImplementationOnce(() => {
      throw new Error('a fault of this page')
    })
    Socket.last.event(extreme('untaken'))
    await soon(() => freshness.value.kind).toBe('stale')
    await soonAfter(500, () => Socket.all.length).toBe(before + 1)
    expect(complained).toHaveBeenCalledOnce()
    complained.mockRestore()
    await Socket.last.open()
    Socket.last.subscribed([extreme('a'), extreme('late')])
    await soon(known).toEqual(['a', 'late'])
    await soon(() => freshness.value.kind).toBe('live')
    vi.useRealTimers()
  })

  it('moves no row under who reads, before all has come or after', async () => {
    Socket.last.event(extreme('b'))
    await soon(known).toEqual(['a', 'b', 'late'])
    pictureAge.value += 1
    const rows = () => queue.value.rows.map(({ alert }) => alert.alertId)
    const before = rows()
    hasFocus.value = true
    const socket = await comesBack()
    socket.subscribed([extreme('new')], true)
    await soon(known).toContain('new')
    pictureAge.value += 1
    expect(rows()).toEqual(before)
    socket.part([extreme('b'), extreme('late'), extreme('a')], false)
    await soon(() => picture.isWhole).toBe(true)
    pictureAge.value += 1
    expect([rows(), queue.value.waiting]).toEqual([before, 1])
    hasFocus.value = false
  })

  it('says that all are listed only with the rows of all', () => {
    picture.takePart([extreme('gravest')], { isFirst: true, isLast: false })
    pictureAge.value += 1
    expect(isWhole.value).toBe(false)
    const before = counts.value
    // The last part has come, and is not drawn yet.
    picture.takePart(
      [extreme('b'), extreme('late'), extreme('a'), extreme('new'), extreme('other')],
      { isFirst: false, isLast: true }
    )
    expect([isWhole.value, counts.value]).toEqual([false, before])
    pictureAge.value += 1
    expect([isWhole.value, counts.value.open]).toEqual([true, 6])
  })

  it('takes nothing of the first list for new, though an alert is open', async () => {
    picture.clear()
    pictureAge.value += 1
    setAddress({ alert: 'gravest' })
    picture.takePart([extreme('gravest')], { isFirst: true, isLast: false })
    pictureAge.value += 1
    picture.takePart([extreme('second'), extreme('third')], { isFirst: false, isLast: true })
    pictureAge.value += 1
    expect([queue.value.rows.length, queue.value.waiting]).toEqual([3, 0])
    draw(extreme('gravest'), extreme('second'), extreme('third'), extreme('news'))
    expect([queue.value.rows.length, queue.value.waiting]).toEqual([3, 1])
    setAddress({ alert: null })
  })
})
