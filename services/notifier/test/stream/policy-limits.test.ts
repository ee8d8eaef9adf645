// What a stream with a policy does when something is not as it should be: a clock that jumps, a
// client that reads nothing, more policies or held alerts than there is room for, a theatre that
// replays.

import { afterEach, describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import type { Harness } from '../support/notifier-harness.ts'
import { PolicyStory } from '../support/policy-story.ts'
import { checkChain } from '../support/streaming.ts'

const minute = 60_000
let story: PolicyStory
afterEach(() => story[Symbol.asyncDispose]())

describe('a stream with a policy', () => {
  it('tells early, and nothing twice, when the clock jumps ahead, and at once when it was set back', async () => {
    story = await PolicyStory.begin()
    const client = story.connect({ groupWaitSeconds: 300 })
    await settle()
    await story.event('raised', 'siege')
    await story.later(60 * minute)
    expect(client.told).toEqual(['siege 1 first after group-wait'])
    story.clock.jump(-60 * minute)
    await story.event('raised', 'toll')
    await story.event('revised', 'toll', { headline: 'Worse' })
    await story.event('resolved', 'siege', { status: 'resolved' })
    await story.later(2 * 60 * minute)
    expect(client.told).toContain('toll 1 first after group-wait')
    expect(client.told.filter(line => line.startsWith('siege'))).toHaveLength(2)
    expect(new Set(client.told).size).toBe(client.told.length)
    expect(client.told.at(-1)).toMatch(/^(siege 2 ended|toll 2 update)/)
    checkChain(client.socket, 's')
  })

  it('takes the state anew with a cursor of a clock that is ahead', async () => {
    story = await PolicyStory.begin()
    await story.event('raised', 'siege')
    await story.later(10 * minute)
    const client = story.connect({})
    await settle()
    client.leave()
    story.clock.jump(-5 * minute)
    const again = story.connect({}, client.cursor)
    await settle()
    expect(again.frames[0]).toMatchObject({ recovered: false, snapshot: [{ alertId: 'siege' }] })
  })

  it('tells a client that reads nothing for a while all of it afterwards, in order and once', async () => {
    story = await PolicyStory.begin(1, { 'stream.queueBytesMax': 8_192 })
    const client = story.connect({ groupWaitSeconds: 60, updateMinutes: 5 })
    const steady = story.connect({ groupWaitSeconds: 60, updateMinutes: 5 })
    await settle()
    client.socket.isStuck = true
    for (let i = 0; i < 12; i++) {
      await story.event('raised', `a${i}`, { severity: i % 2 === 0 ? 'extreme' : 'moderate' })
      await story.later(20_000)
    }
    client.socket.isStuck = false
    client.socket.buffered = 0
    await story.later(10_000)
    await story.later(2 * minute)
    expect(steady.told).toHaveLength(12)
    expect(client.told.toSorted()).toEqual(steady.told.toSorted())
    checkChain(client.socket, 's')
  })

  it('is refused beyond as many policies as there may be; equal ones are one', async () => {
    story = await PolicyStory.begin(1, { 'stream.policiesMax': 1 })
    const first = story.connect({ updateMinutes: 5 })
    const equal = story.connect({ updateMinutes: 5 })
    const other = story.connect({ updateMinutes: 6 })
    await settle()
    expect([first, equal, other].map(({ socket }) => socket.closed?.code)).toEqual([
      undefined,
      undefined,
      4029
    ])
    expect(other.socket.closed?.reason).toContain('too many different policies')
    first.leave()
    equal.leave()
    const next = story.connect({ updateMinutes: 6 })
    await settle()
    expect(next.frames[0]).toMatchObject({ type: 'subscribed' })
  })

  it('is refused beyond its share of the policies, which leaves the rest to other keys', async () => {
    story = await PolicyStory.begin(1, { 'stream.policiesMax': 3, 'stream.policiesPerKeyMax': 2 })
    const greedy = [5, 6, 7].map(updateMinutes => story.connect({ updateMinutes }))
    const [other, same] = [8, 5].map(updateMinutes =>
      story.connect({ updateMinutes }, 'latest', { id: 'key_other' })
    )
    await settle()
    const codes = [...greedy, other, same].map(each => each?.socket.closed?.code)
    expect(codes).toEqual([undefined, undefined, 4029, undefined, undefined])
    expect(greedy[2]?.socket.closed?.reason).toContain('of this key')
    // What it follows no more does not count for it, though others follow it; one that others have
    // is served beyond the share.
    for (const each of greedy) each.leave()
    const next = [8, 9].map(updateMinutes => story.connect({ updateMinutes }))
    await settle()
    expect(next.map(each => each.socket.closed?.code)).toEqual([undefined, undefined])
    const own = [10, 8].map(updateMinutes => story.connect({ updateMinutes }))
    await settle()
    expect(own.map(each => each.socket.closed?.code)).toEqual([4029, undefined])
  })

  it('is closed, in words, when policies hold back more alerts than there is room for, that of the most first', async () => {
    story = await PolicyStory.begin(1, { 'stream.policyAlertsHeldMax': 2 })
    const much = story.connect({ groupWaitSeconds: 600 })
    const little = story.connect({ groupWaitSeconds: 600 }, 'latest', { theatres: ['coast'] })
    await settle()
    for (const [alertId, theatre] of [
      ['a1', 'sahel'],
      ['a2', 'sahel'],
      ['a3', 'coast']
    ] as const)
      await story.event('raised', alertId, { theatre })
    await story.later(1_000)
    expect(much.socket.closed).toMatchObject({ code: 4029 })
    expect(much.socket.closed?.reason).toContain('hold back too many alerts')
    expect(little.socket.closed).toBe(null)
    await story.later(10 * minute)
    expect(little.told).toEqual(['a3 1 first after group-wait'])
  })

  it('is not closed for what the many policies of another key hold back', async () => {
    story = await PolicyStory.begin(1, { 'stream.policyAlertsHeldMax': 5 })
    const one = story.connect({ groupWaitSeconds: 600 }, 'latest', { id: 'key_other' })
    const many = [601, 602, 603].map(groupWaitSeconds =>
      story.connect({ groupWaitSeconds }, 'latest', { id: 'key_greedy', theatres: ['sahel'] })
    )
    await settle()
    for (const [alertId, theatre] of [
      ['a1', 'sahel'],
      ['a2', 'sahel'],
      ['a3', 'coast']
    ] as const)
      await story.event('raised', alertId, { theatre })
    for (let i = 0; i < 5; i++) await story.later(1_000)
    expect(many.map(({ socket }) => socket.closed?.code ?? null).toSorted()).toEqual([
      4029,
      4029,
      null
    ])
    expect(one.socket.closed).toBe(null)
  })

  it('tells what a replay raises at once, from its least severity on', async () => {
    story = await PolicyStory.begin()
    const [harness] = story.harnesses as [Harness]
    const data = {
      id: 'replayed',
      countries: ['ML'],
      polygon: null,
      clock: 'replay',
      retentionDays: 820,
      now: null
    }
    await harness.declare({ type: 'theatre.declared', data } as never)
    await settle()
    const client = story.connect({
      groupWaitSeconds: 600,
      updateMinutes: 600,
      minSeverity: 'severe'
    })
    await settle()
    await story.event('raised', 'small', { theatre: 'replayed' }, 400 * 24 * 60 * minute)
    await story.event(
      'raised',
      'grave',
      { theatre: 'replayed', severity: 'severe' },
      399 * 24 * 60 * minute
    )
    await story.event('revised', 'grave', { headline: 'Worse' }, 398 * 24 * 60 * minute)
    expect(client.told).toEqual(['grave 1 first', 'grave 2 update'])
  })
})
