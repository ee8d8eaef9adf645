// The engine on a log in memory: what it publishes, that a restart changes nothing, and how it
// handles unparsable bytes.

import { hashSha256Base64url } from '@tocsin/contracts/json/digest'
import { encodeEnvelope } from '@tocsin/contracts/record/envelope'
import { EventLogError } from '@tocsin/event-log/errors'
import { type AppendFate, MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { judgeClock, leapMsMax } from '@tocsin/service/theatre/clock-standing'
import { describe, expect, it } from 'vitest'
import { ClockWatch, dueTick } from '../src/partition/wall-ticker.ts'
import { alertsOf, observer, runUntilQuiet, story, storyEvents, theatre } from './engine-harness.ts'

describe('rules engine', () => {
  it('begins a theatre with a tick, then its settings, and publishes the alerts', async () => {
    const log = new MemoryLog()
    const payloads = await story(log)
    await runUntilQuiet(log)
    for (const payload of payloads) await theatre(log, payload)
    await runUntilQuiet(log)
    const first = await log.read(topics.incidents, 0, 0n, { recordsMax: 1, bytesMax: 1e6 })
    expect(JSON.parse(Buffer.from(first.records[0]?.value as Uint8Array).toString()).type).toBe(
      'tocsin.clock.ticked.v1'
    )
    const events = (await alertsOf(log)).map(text => JSON.parse(text))
    expect(events.map(e => e.type)).toEqual(storyEvents)
  })

  it.each([0, 1, 3])(
    'publishes the same bytes when it is restarted after every record (snapshot every %i)',
    async every => {
      const whole = new MemoryLog()
      const payloads = await story(whole)
      await runUntilQuiet(whole)
      for (const payload of payloads) await theatre(whole, payload)
      await runUntilQuiet(whole)

      const store = new MemoryStore()
      const log = () => new MemoryLog({}, store)
      await story(log())
      await runUntilQuiet(log(), observer(), every)
      for (const payload of payloads) {
        await theatre(log(), payload)
        const isWritten = (seen: readonly string[]) =>
          every !== 1 || seen.includes('snapshot sahel written')
        const { notes } = await runUntilQuiet(log(), observer(), every, isWritten)
        expect(notes.filter(n => n.startsWith('conflict') || n.endsWith('failed'))).toEqual([])
      }
      expect(await alertsOf(log())).toEqual(await alertsOf(whole))
    }
  )

  it('keeps the published alert, and reports the conflict, if the log holds another at a seq', async () => {
    const log = new MemoryLog()
    const payloads = await story(log)
    await runUntilQuiet(log)
    const other = new MemoryLog()
    await story(other)
    await runUntilQuiet(other)
    for (const payload of payloads) await theatre(other, payload)
    await runUntilQuiet(other)
    const genuine = JSON.parse((await alertsOf(other))[0] as string)
    const forged = encodeEnvelope({ ...genuine, time: '2025-06-05T00:00:01.000Z' })
    await log.append(topics.alerts, [{ id: genuine.id, key: 'sahel', value: forged }])
    for (const payload of payloads) await theatre(log, payload)
    const { notes } = await runUntilQuiet(log)
    expect(notes).toContain('conflict sahel 1')
    const alerts = await alertsOf(log)
    expect(alerts).toHaveLength(storyEvents.length)
    expect(JSON.parse(alerts[1] as string).previoushash).toBe(
      hashSha256Base64url(Buffer.from(forged).toString())
    )
  })

  it('stops a theatre at a record of a newer version, logs it, and never skips it', async () => {
    const log = new MemoryLog()
    const payloads = await story(log)
    await runUntilQuiet(log)
    const value = Buffer.from(
      JSON.stringify({
        specversion: '1.0',
        id: 'x',
        source: '/t',
        type: 'tocsin.report.received.v2',
        time: 't',
        cause: null,
        engine: '9',
        data: {}
      })
    )
    await log.append(topics.incidents, [{ id: 'x', key: 'sahel', value }])
    for (const payload of payloads) await theatre(log, payload)
    const { notes, stopped } = await runUntilQuiet(log)
    expect(notes).toEqual(['stopped sahel'])
    expect(stopped).toEqual(['sahel'])
    expect(await alertsOf(log)).toEqual([])
  })

  it('quarantines undecodable bytes with their position and continues', async () => {
    const log = new MemoryLog()
    const payloads = await story(log)
    await runUntilQuiet(log)
    await log.append(topics.incidents, [
      { id: 'junk', key: 'sahel', value: Buffer.from('{not json') }
    ])
    for (const payload of payloads) await theatre(log, payload)
    const { notes } = await runUntilQuiet(log)
    expect(notes.some(n => n.startsWith('quarantined') && n.endsWith('not-json'))).toBe(true)
    expect(await alertsOf(log)).toHaveLength(storyEvents.length)
    expect((await log.state(topics.quarantine))[0]?.end).toBe(1n)
  })

  it('folds no record twice if the quarantine first refuses the bytes', async () => {
    let refusals = 3
    const beforeAppend = (topic: string): AppendFate =>
      topic === topics.quarantine && refusals-- > 0
        ? { kind: 'refuse', error: new EventLogError('log-busy', 'not now') }
        : { kind: 'write' }
    const log = new MemoryLog({ hooks: { beforeAppend } })
    const payloads = await story(log)
    await runUntilQuiet(log)
    for (const payload of payloads) await theatre(log, payload)
    await log.append(topics.incidents, [
      { id: 'junk', key: 'sahel', value: Buffer.from('{not json') }
    ])
    const { notes } = await runUntilQuiet(log)
    expect(notes.filter(n => n === 'retried not now')).toHaveLength(3)
    expect((await alertsOf(log)).map(a => JSON.parse(a).type)).toEqual(storyEvents)
  })
})

describe('wall ticks', () => {
  const at = (text: string) => Date.parse(text)

  it('come at a minute boundary when a deadline is due', () => {
    expect(
      dueTick(at('2025-01-01T10:05:30Z'), at('2025-01-01T10:00:00Z'), at('2025-01-01T10:04:10Z'))
    ).toEqual({
      to: '2025-01-01T10:05:00.000Z',
      gap: false
    })
    expect(
      dueTick(at('2025-01-01T10:05:30Z'), at('2025-01-01T10:00:00Z'), at('2025-01-01T10:05:10Z'))
    ).toBeNull()
  })

  it('wait for an officer if the clock is more than 31 days ahead of the theatre', () => {
    const last = at('2025-01-01T10:00:00Z')
    expect(dueTick(last + leapMsMax, last, null)).not.toBeNull()
    expect(dueTick(last + leapMsMax + 3_600_000, last, null)).toBeNull()
    expect(judgeClock(at('2035-01-01T00:00:00Z'), last).kind).toBe('leap')
    expect(judgeClock(at('2024-12-01T00:00:00Z'), last).kind).toBe('behind')
    expect([-60_000, 0, 3_600_000, leapMsMax].map(ms => judgeClock(last + ms, last).kind)).toEqual(
      Array(4).fill('right')
    )
  })

  it('follow a clock that is far ahead in an empty theatre, and in none a clock that is not set', () => {
    const last = at('1970-01-01T00:00:00Z')
    const now = at('2025-01-01T10:00:30Z')
    expect(dueTick(now, last, null)).toBeNull()
    expect(dueTick(now, last, null, true)).toEqual({ to: '2025-01-01T10:00:00.000Z', gap: true })
    expect(dueTick(at('1970-01-02T00:00:00Z'), last, null, true)).toBeNull()
    expect(judgeClock(at('1970-01-02T00:00:00Z'), null).kind).toBe('unset')
    expect(judgeClock(now, null).kind).toBe('right')
  })

  it('never go back when the clock does', () => {
    expect(
      dueTick(at('2025-01-01T09:00:00Z'), at('2025-01-01T10:00:00Z'), at('2025-01-01T08:00:00Z'))
    ).toBeNull()
  })

  it('wait until a clock that jumped has run steadily for ten minutes', () => {
    let [now, monotonic] = [at('2025-01-01T10:00:00Z'), 0]
    const watch = new ClockWatch({
      nowMs: () => now,
      monotonicMs: () => monotonic,
      sleep: async () => undefined
    })
    const pass = (ms: number) => {
      now += ms
      monotonic += ms
    }
    pass(60_000)
    expect(watch.isSteady()).toBe(true)
    now += 86_400_000
    expect(watch.isSteady()).toBe(false)
    pass(599_000)
    expect(watch.isSteady()).toBe(false)
    pass(1000)
    expect(watch.isSteady()).toBe(true)
    expect(watch.jumps).toBe(1)
  })

  it('do not wait when a clock is set for the first time', () => {
    let now = 0
    const clock = { nowMs: () => now, monotonicMs: () => 0, sleep: async () => undefined }
    const watch = new ClockWatch(clock)
    now = at('2025-01-01T10:00:00Z')
    expect([watch.isSteady(), watch.jumps]).toEqual([true, 0])
  })
})
