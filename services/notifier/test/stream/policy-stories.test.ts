// What a stream with a policy tells, and when, as stories on a clock that the test moves.

import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import type { Harness } from '../support/notifier-harness.ts'
import { PolicyStory } from '../support/policy-story.ts'
import { checkChain } from '../support/streaming.ts'

const minute = 60_000

describe('a stream with a policy', () => {
  it('tells after the group wait, keeps the least interval, and tells at once what became graver', async () => {
    await using story = await PolicyStory.begin()
    const client = story.connect({ groupWaitSeconds: 60, updateMinutes: 15 })
    await settle()
    await story.event('raised', 'siege', { severity: 'moderate' })
    await story.later(30_000)
    expect(client.told).toEqual([])
    await story.event('revised', 'siege', { headline: 'Worse' })
    await story.later(30_000)
    expect(client.told).toEqual(['siege 2 first after group-wait'])
    await story.event('revised', 'siege', { headline: 'Worse still' })
    await story.later(5 * minute)
    expect(client.told).toHaveLength(1)
    await story.event('escalated', 'siege', { severity: 'severe' })
    expect(client.told.slice(1)).toEqual(['siege 4 graver after update-interval'])
    await story.event('revised', 'siege', { headline: 'As before' })
    await story.later(14 * minute)
    expect(client.told).toHaveLength(2)
    await story.later(minute)
    expect(client.told.slice(2)).toEqual(['siege 5 update after update-interval'])
    checkChain(client.socket, 's')
  })

  it('tells what is extreme within the turn that it comes, at night and in a wait', async () => {
    await using story = await PolicyStory.begin()
    const quietHours = { from: '00:00', to: '23:59', timeZone: 'UTC' }
    const client = story.connect({ groupWaitSeconds: 3600, quietHours })
    await settle()
    await story.event('raised', 'siege', { severity: 'severe' })
    await story.event('raised', 'toll', { severity: 'extreme' })
    expect(client.told).toEqual(['toll 1 first'])
    await story.event('escalated', 'siege', { severity: 'extreme' })
    expect(client.told.slice(1)).toEqual(['siege 2 first after quiet-hours'])
  })

  it('tells nobody of what began and ended in a wait, and of a retraction whoever was told', async () => {
    await using story = await PolicyStory.begin()
    const client = story.connect({ groupWaitSeconds: 60 })
    await settle()
    await story.event('raised', 'siege')
    await story.event('retracted', 'siege', { status: 'retracted' })
    await story.event('raised', 'toll', { severity: 'extreme' })
    await story.event('retracted', 'toll', { status: 'retracted' })
    await story.later(10 * minute)
    expect(client.told).toEqual(['toll 1 first', 'toll 2 retracted'])
  })

  it('holds what a silence covers, and tells it when the silence ends', async () => {
    await using story = await PolicyStory.begin()
    const [harness] = story.harnesses
    const client = story.connect({ groupWaitSeconds: 0 })
    await settle()
    const nowMs = story.clock.nowMs()
    const times = {
      startsAt: new Date(nowMs).toISOString(),
      endsAt: new Date(nowMs + 60 * minute).toISOString()
    }
    const words = {
      alertId: null,
      subscriptionId: null,
      includesExtreme: false,
      comment: 'exercise',
      author: 'owner'
    }
    const data = {
      silenceId: 'q1',
      filter: {},
      ...times,
      ...words,
      reason: 'exercise',
      handling: 'restricted',
      theatres: '*',
      ownerKeyId: 'owner'
    }
    await harness?.declare({ type: 'silence.created', data } as never, 'q1')
    await story.later(20_000)
    await story.event('raised', 'siege')
    await story.event('raised', 'toll', { severity: 'extreme' })
    expect(client.told).toEqual(['toll 1 first'])
    const late = story.connect({ groupWaitSeconds: 0 })
    await settle()
    expect(late.frames[0]?.snapshot.map(({ alertId }) => alertId)).toEqual(['toll'])
    await story.later(30 * minute)
    await harness?.declare({ type: 'silence.ended', data: { silenceId: 'q1' } } as never, 'q1-end')
    await story.later(2_000)
    expect(client.told).toHaveLength(1)
    await story.later(10_000)
    expect(client.told.slice(1)).toEqual(['siege 1 first after silenced'])
    expect(late.told).toEqual(['siege 1 first after silenced'])
  })

  it('begins with what stands and would have been told by now, and tells the rest in its time', async () => {
    await using story = await PolicyStory.begin()
    await story.event('raised', 'old')
    await story.later(10 * minute)
    await story.event('raised', 'new')
    await story.event('raised', 'small', { severity: 'minor' })
    await story.later(10_000)
    const client = story.connect({ groupWaitSeconds: 60, minSeverity: 'moderate' })
    await settle()
    expect(client.frames[0]?.snapshot.map(({ alertId }) => alertId)).toEqual(['old'])
    await story.later(minute)
    expect(client.told).toEqual(['new 1 first after group-wait'])
    await story.event('escalated', 'small', { severity: 'severe' })
    await story.later(minute)
    expect(client.told.slice(1)).toEqual(['small 2 first after below-minimum'])
  })

  it('goes on at another instance where it was: nothing again, and what became due meanwhile once', async () => {
    await using story = await PolicyStory.begin(2)
    const policy = { groupWaitSeconds: 60, updateMinutes: 15 }
    const one = story.connect(policy)
    await settle()
    await story.event('raised', 'siege')
    await story.event('raised', 'toll')
    await story.later(minute)
    expect(one.told).toEqual(['siege 1 first after group-wait', 'toll 1 first after group-wait'])
    await story.event('revised', 'siege', { headline: 'Worse' })
    one.leave()
    await story.kill(0)
    await story.event('raised', 'front')
    await story.later(5 * minute)
    const two = story.connect(policy, one.cursor)
    await settle()
    expect(two.frames[0]).toMatchObject({ type: 'subscribed', recovered: true, cursor: one.cursor })
    expect(two.told).toEqual(['front 1 first after group-wait'])
    await story.later(10 * minute)
    expect(two.told.slice(1)).toEqual(['siege 2 update after update-interval'])
    checkChain(two.socket, 's')
  })

  it('tells at once what came too late for what was told, and its end, also at another instance', async () => {
    await using story = await PolicyStory.begin(2)
    const policy = { minSeverity: 'severe', groupWaitSeconds: 60 } as const
    const one = story.connect(policy)
    await settle()
    await story.event('raised', 'siege', { severity: 'severe' })
    await story.later(90_000)
    expect(one.told).toEqual(['siege 1 first after group-wait'])
    // By its own time it sank before it was told: the policy would not have told it.
    await story.event('revised', 'siege', { severity: 'minor' }, minute)
    expect(one.told.slice(1)).toEqual(['siege 2 update'])
    one.leave()
    const two = story.connect(policy, one.cursor, { instance: 1 })
    await settle()
    await story.event('revised', 'siege', { headline: 'As before' })
    two.leave()
    await story.event('resolved', 'siege', { status: 'resolved' })
    const three = story.connect(policy, two.cursor, { instance: 0 })
    await settle()
    await story.later(60 * minute)
    expect([...two.told, ...three.told]).toEqual(['siege 3 update', 'siege 4 ended'])
  })

  it('tells an event that comes as others become due, behind them', async () => {
    await using story = await PolicyStory.begin()
    const client = story.connect({ groupWaitSeconds: 60 })
    await settle()
    await story.event('raised', 'siege')
    // No timer has looked at the clock yet.
    story.clock.jump(2 * minute)
    await story.event('raised', 'toll', { severity: 'extreme' })
    await settle()
    expect(client.told).toEqual(['siege 1 first after group-wait', 'toll 1 first'])
    await story.later(10 * minute)
    expect(client.told).toHaveLength(2)
    checkChain(client.socket, 's')
  })

  it('takes the state anew with a cursor of another policy or of none', async () => {
    await using story = await PolicyStory.begin()
    await story.event('raised', 'siege')
    await story.later(minute)
    const one = story.connect({ groupWaitSeconds: 10 })
    await settle()
    const other = story.connect({ groupWaitSeconds: 20 }, one.cursor)
    await settle()
    expect(other.frames[0]).toMatchObject({ recovered: false })
    const [harness] = story.harnesses
    const plain = harness?.connect()
    plain?.session.receive(JSON.stringify({ type: 'subscribe', id: 'p', from: one.cursor }))
    await settle()
    expect(plain?.socket.of('subscribed')[0]).toMatchObject({ recovered: false })
    const back = story.connect({ groupWaitSeconds: 10 }, plain?.socket.frames.at(-1)?.cursor)
    await settle()
    expect(back.frames[0]).toMatchObject({ recovered: false })
  })

  it('leaves clients without a policy as they are', async () => {
    await using story = await PolicyStory.begin()
    const [harness] = story.harnesses
    const plain = harness?.connect()
    plain?.session.receive(JSON.stringify({ type: 'subscribe', id: 'p', from: 'latest' }))
    story.connect({ groupWaitSeconds: 60 })
    await settle()
    await story.event('raised', 'siege')
    const [frame] = plain?.socket.of('alert') ?? []
    expect(frame).toMatchObject({ event: { data: { alertId: 'siege' } } })
    expect(Object.keys(frame ?? {})).toEqual(['type', 'id', 'cursor', 'prev', 'sentAt', 'event'])
  })

  it('refuses in words what is no policy, or one that a stream cannot decide', async () => {
    await using story = await PolicyStory.begin()
    const detailOf = async (policy: unknown, from = 'latest') => {
      const [harness] = story.harnesses as [Harness]
      const { socket, session } = harness.connect()
      session.receive(JSON.stringify({ type: 'subscribe', id: 's', from, policy }))
      await settle(2)
      expect(socket.closed?.code).toBe(4500)
      return String((socket.of('notice')[0] as unknown as { readonly detail: string }).detail)
    }
    expect(await detailOf({})).toContain('/stories must be "each" on a stream')
    expect(await detailOf({ stories: 'each', watch: 'w1' })).toContain(
      '/watch must be null on a stream'
    )
    expect(await detailOf({ stories: 'each', unansweredMinutes: 5 })).toContain(
      '/unansweredMinutes must be 0'
    )
    expect(await detailOf({ stories: 'each', groupWaitSeconds: -1 })).toContain('/groupWaitSeconds')
    expect(await detailOf({ storys: 'each' })).toContain('/storys')
    expect(await detailOf('all')).toContain('policy')
    expect(await detailOf({ stories: 'each' }, 'earliest')).toContain(
      'from must be latest or a cursor'
    )
  })
})
