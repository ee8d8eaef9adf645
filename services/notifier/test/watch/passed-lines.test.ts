// A line that nobody can tell of an alert now keeps it from nobody: silenced, in quiet hours, or
// with an endpoint that is down.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import { beforeEach, describe, expect, it } from 'vitest'
import { AlertWriter } from '../support/alert-builder.ts'
import { Suite } from '../support/http-suite.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'
import { accepted, FakeNetwork, failing } from '../support/notifier-harness.ts'

const minuteMs = 60_000
const hosts = ['line', 'next', 'follower'] as const
type Host = (typeof hosts)[number]

let suite: Suite
/** Of all instances: they go on where the one before ended. */
let writer: AlertWriter
let store: MemoryStore
let clock: ManualClock
let network: FakeNetwork
/** Hosts whose endpoint fails. */
let failed: Set<string>
/** What a host answers of an alert; null: it accepts. */
let answerOf: (host: string, alertId: string) => SendOutcome | null
/** When which host accepted what. */
let told: string[]
/** What a follower was told of the watch. */
let noticed: string[]
let ids: Record<Host, string>
let watchId: string

const inMinutes = (minutes: number) => new Date(clock.nowMs() + minutes * minuteMs).toISOString()

beforeEach(async () => {
  ;[store, clock, network, failed] = [
    new MemoryStore(),
    new ManualClock(),
    new FakeNetwork(),
    new Set()
  ]
  ;[told, noticed] = [[], []]
  answerOf = () => null
  writer = new AlertWriter({
    append: (...asked: Parameters<EventLog['append']>) => suite.h.log.append(...asked)
  } as never)
  network.answer = ({ url, body }) => {
    const host = new URL(url).hostname.split('.')[0] as string
    if (failed.has(host)) return failing
    const { type, data } = JSON.parse(Buffer.from(body).toString())
    const other = answerOf(host, data.alertId)
    if (other !== null) return other
    if (type === 'tocsin.webhook.watch.v1') noticed.push(data.state)
    if (data.alertId !== undefined) told.push(`${host} ${data.alertId} ${data.severity}`)
    return accepted
  }
  suite = await Suite.on({ store, clock, network }, { rules: false })
})

/** A watch with these lines from now on, that all follow. `more`: of the subscription of a host. */
async function watched(
  lines: readonly Host[],
  quietHours: object | null = null,
  more: Partial<Record<Host, object>> = {}
): Promise<void> {
  watchId = (
    await suite.ask('POST', '/v1/watches', { body: { name: 'Joint desk', lineMinutes: 5 } })
  ).body.id
  ids = { line: '', next: '', follower: '' }
  for (const host of hosts) {
    const policy = { watch: watchId, groupWaitSeconds: 0, updateMinutes: 0, stories: 'each' }
    const body = {
      url: `https://${host}.example/hook`,
      filter: {},
      notices: host === 'follower' ? ['watches'] : [],
      policy: { ...policy, quietHours: host === 'line' ? quietHours : null },
      ...more[host]
    }
    const made = await suite.ask('POST', '/v1/subscriptions', { body })
    expect(made.status).toBe(201)
    ids[host] = made.body.id
  }
  const shifts = [
    {
      officer: 'Ama',
      from: inMinutes(0),
      until: inMinutes(1_440),
      lines: lines.map(host => ids[host])
    }
  ]
  expect(
    (await suite.ask('PATCH', `/v1/watches/${watchId}`, { body: { version: 1, shifts } })).status
  ).toBe(200)
}
const write = async (...event: Parameters<AlertWriter['record']>) => {
  const [record] = writer.record(...event)
  await suite.h.log.append(topics.alerts, [record])
  await settle(30)
}
async function pass(minutes: number): Promise<void> {
  for (let n = 0; n < minutes * 6; n++) await clock.advance(10_000)
  await settle(30)
}
const silenced = async (host: Host, more: object = {}) => {
  const body = {
    reason: 'Generator test',
    minutes: 600,
    subscriptionId: ids[host],
    includesExtreme: true,
    ...more
  }
  const made = await suite.ask('POST', '/v1/silences', { body })
  expect(made.status).toBe(201)
  return made.body.id as string
}
const isUnstaffed = async () => (await suite.ask('GET', `/v1/watches/${watchId}`)).body.isUnstaffed
const stateOf = async (host: Host) =>
  (await suite.ask('GET', `/v1/subscriptions/${ids[host]}`)).body.endpoint

describe('a line whose endpoint is down', () => {
  it('is passed over: all that follow are told, and the watch says that nobody can be reached', async () => {
    await watched(['line'])
    failed.add('line')
    await write('raised', 'massacre', { severity: 'extreme' })
    expect(told).toEqual([])
    for (let n = 0; n < 120 && (await stateOf('line')) !== 'down'; n++) await pass(1)
    await pass(1)
    expect(told.toSorted()).toEqual(['follower massacre extreme', 'next massacre extreme'])
    expect(await isUnstaffed()).toBe(true)
    expect(await suite.h.metrics.getSingleMetricAsString('tocsin_watches_unstaffed')).toMatch(/ 1$/)
    // What comes meanwhile waits for nobody.
    told = []
    await write('raised', 'siege', { severity: 'severe' })
    await pass(1)
    expect(told.toSorted()).toEqual(['follower siege severe', 'next siege severe'])
  })

  it('is told once when it comes back, and others hear nothing again, at another instance too', async () => {
    await watched(['line'])
    // Before its shift was declared nobody was on.
    await pass(11)
    expect(noticed.at(-1)).toBe('staffed')
    failed.add('line')
    await write('raised', 'massacre', { severity: 'extreme' })
    for (let n = 0; n < 120 && (await stateOf('line')) !== 'down'; n++) await pass(1)
    await pass(1)
    await suite.h.kill()
    suite = await Suite.on({ store, clock, network }, { rules: false })
    await pass(2)
    expect(told).toHaveLength(2)
    await pass(10)
    expect(noticed.at(-1)).toBe('unstaffed')
    failed.clear()
    for (let n = 0; n < 240 && (await stateOf('line')) !== 'up'; n++) await pass(1)
    await pass(10)
    expect(told.toSorted()).toEqual([
      'follower massacre extreme',
      'line massacre extreme',
      'next massacre extreme'
    ])
    expect(noticed.at(-1)).toBe('staffed')
    expect(await isUnstaffed()).toBe(false)
    // Its turn again.
    await write('raised', 'siege', { severity: 'severe' })
    await pass(1)
    expect(told.slice(3)).toEqual(['line siege severe'])
  })

  it('that knows of an alert keeps it: what it was told is told to nobody else because it went down', async () => {
    await watched(['line'])
    await write('raised', 'siege', { severity: 'severe' })
    expect(told).toEqual(['line siege severe'])
    failed.add('line')
    await write('raised', 'toll', { severity: 'moderate' })
    for (let n = 0; n < 120 && (await stateOf('line')) !== 'down'; n++) await pass(1)
    await pass(1)
    expect(told.filter(each => each.includes('siege'))).toEqual(['line siege severe'])
    // But what became graver meanwhile it does not know.
    await write('revised', 'siege', { severity: 'extreme' })
    await pass(1)
    expect(told.filter(each => each.includes('siege')).toSorted()).toEqual([
      'follower siege extreme',
      'line siege severe',
      'next siege extreme'
    ])
  })
})

describe('a line that is silenced', () => {
  it('is passed over for what the silence holds, extreme alerts too, and told of it once the silence is over', async () => {
    await watched(['line'])
    const silenceId = await silenced('line')
    await write('raised', 'massacre', { severity: 'extreme' })
    await pass(1)
    expect(told.toSorted()).toEqual(['follower massacre extreme', 'next massacre extreme'])
    // It concerns what the silence is for; the watch is staffed.
    expect(await isUnstaffed()).toBe(false)
    await suite.ask('DELETE', `/v1/silences/${silenceId}`)
    await pass(1)
    expect(told.slice(2)).toEqual(['line massacre extreme'])
  })

  it('hands its turn on at once: the next line waits for nobody', async () => {
    await watched(['line', 'next'])
    await silenced('line')
    await write('raised', 'massacre', { severity: 'extreme' })
    expect(told).toEqual(['next massacre extreme'])
    await pass(10)
    expect(told).toEqual(['next massacre extreme'])
  })

  it('is not passed over for what the silence lets through', async () => {
    await watched(['line'])
    await silenced('line', { includesExtreme: false })
    await write('raised', 'massacre', { severity: 'extreme' })
    await write('raised', 'siege', { severity: 'severe' })
    await pass(1)
    expect(told.toSorted()).toEqual([
      'follower siege severe',
      'line massacre extreme',
      'next siege severe'
    ])
  })

  it('after it was told wakes nobody else', async () => {
    await watched(['line'])
    await write('raised', 'siege', { severity: 'severe' })
    await silenced('line')
    await pass(10)
    expect(told).toEqual(['line siege severe'])
  })
})

describe('a line in its quiet hours', () => {
  it('is passed over for what is not extreme', async () => {
    const time = (minutes: number) => inMinutes(minutes).slice(11, 16)
    await watched(['line'], { from: time(-60), to: time(120), timeZone: 'UTC' })
    await write('raised', 'siege', { severity: 'severe' })
    await write('raised', 'massacre', { severity: 'extreme' })
    await pass(1)
    expect(told.toSorted()).toEqual([
      'follower siege severe',
      'line massacre extreme',
      'next siege severe'
    ])
    const [held] = (
      await suite.ask('GET', `/v1/subscriptions/${ids.line}/deliveries`)
    ).body.items.filter((each: { readonly state: string }) => each.state === 'pending')
    expect(held).toMatchObject({ held: { reason: 'quiet-hours' } })
    await pass(125)
    expect(told.slice(3)).toEqual(['line siege severe'])
  })
})

const seconds = async (count: number) => {
  await clock.advance(count * 1_000)
  await settle(30)
}
const bothOthers = (alert: string) => [`follower ${alert}`, `next ${alert}`]
const another = async () => {
  await suite.h.kill()
  suite = await Suite.on({ store, clock, network }, { rules: false })
  await settle(30)
}

describe('a line that will not get an alert, though its endpoint is not down', () => {
  it('is passed over for an extreme alert at the next look, when it asked to be left alone for an hour', async () => {
    await watched(['line'])
    const busy: SendOutcome = { ...failing, status: 503, retryAfter: '3600' } as SendOutcome
    answerOf = host => (host === 'line' ? busy : null)
    await write('raised', 'massacre', { severity: 'extreme' })
    await seconds(10)
    expect(told.toSorted()).toEqual(bothOthers('massacre extreme'))
    expect(await stateOf('line')).toBe('failing')
    await another()
    answerOf = () => null
    await pass(70)
    expect(told.slice(2)).toEqual(['line massacre extreme'])
  })

  it('is passed over within a minute for what it refuses again and again, while it accepts all else', async () => {
    await watched(['line'])
    const refused: SendOutcome = { ...failing, status: 400 } as SendOutcome
    answerOf = (host, alertId) => (host === 'line' && alertId === 'massacre' ? refused : null)
    await write('raised', 'massacre', { severity: 'extreme' })
    const passWith = async (...tolls: readonly number[]) => {
      for (const n of tolls) {
        await write('raised', `toll ${n}`, { severity: 'minor' })
        await seconds(10)
      }
    }
    await passWith(1, 2)
    expect(told.filter(each => !each.startsWith('line'))).toEqual([])
    await passWith(3, 4, 5, 6)
    await another()
    await seconds(10)
    expect(told.filter(each => !each.startsWith('line')).toSorted()).toEqual(
      bothOthers('massacre extreme')
    )
    expect(await stateOf('line')).not.toBe('down')
  })

  it('that does not answer is passed over within a minute of what is extreme, and the next such line as it fails', async () => {
    await watched(['line', 'next', 'follower'])
    const answer = network.answer
    const timeoutMs = 15_000
    network.answer = async (request, signal) => {
      if (request.url.includes('follower')) return answer(request, signal)
      const host = new URL(request.url).hostname.split('.')[0]
      told.push(`${host} is tried ${Math.round((clock.nowMs() - startMs) / 1_000)}`)
      await clock.sleep(timeoutMs)
      return { ...failing, durationMs: timeoutMs }
    }
    const startMs = clock.nowMs()
    await write('raised', 'massacre', { severity: 'extreme' })
    const times: Record<string, number> = {}
    for (let n = 0; n < 20; n++) {
      for (const each of told)
        times[each.split(' ')[0] as string] ??= (clock.nowMs() - startMs) / 1_000
      await clock.advance(10_000)
      await settle(30)
    }
    expect(times.line).toBe(0)
    expect(times.next).toBeLessThanOrEqual(60)
    expect(times.follower).toBeLessThanOrEqual((times.next ?? 0) + timeoutMs / 1_000 + 10)
  })

  it('is passed over for what was parked there', async () => {
    await watched(['line'], null, { line: { schedule: [1] } })
    const refused: SendOutcome = { ...failing, status: 400 } as SendOutcome
    answerOf = (host, alertId) => (host === 'line' && alertId === 'massacre' ? refused : null)
    await write('raised', 'massacre', { severity: 'extreme' })
    await write('raised', 'toll', { severity: 'minor' })
    for (let n = 0; n < 3; n++) await seconds(10)
    const { items } = (await suite.ask('GET', `/v1/subscriptions/${ids.line}/deliveries`)).body
    expect(items.map(({ state }: { readonly state: string }) => state).toSorted()).toEqual([
      'delivered',
      'parked'
    ])
    expect(told.toSorted()).toEqual(
      [...bothOthers('massacre extreme'), 'line toll minor'].toSorted()
    )
  })

  it('is passed over for what was there before it: nothing of that was planned for it', async () => {
    await watched(['line'])
    const silenceId = (
      await suite.ask('POST', '/v1/silences', {
        body: { reason: 'Move', minutes: 60, includesExtreme: true }
      })
    ).body.id
    await write('raised', 'massacre', { severity: 'extreme' })
    const policy = { watch: watchId, groupWaitSeconds: 0 }
    const made = await suite.ask('POST', '/v1/subscriptions', {
      body: { url: 'https://late.example/hook', filter: {}, policy }
    })
    const shifts = [
      { officer: 'Kofi', from: inMinutes(0), until: inMinutes(600), lines: [made.body.id] }
    ]
    expect(
      (await suite.ask('PATCH', `/v1/watches/${watchId}`, { body: { version: 2, shifts } })).status
    ).toBe(200)
    await pass(1)
    await suite.ask('DELETE', `/v1/silences/${silenceId}`)
    await seconds(10)
    expect(told.toSorted()).toEqual(
      [...bothOthers('massacre extreme'), 'line massacre extreme'].toSorted()
    )
    // What comes now is its own.
    await write('raised', 'siege', { severity: 'extreme' })
    await pass(1)
    expect(told.slice(3)).toEqual(['late siege extreme'])
  })

  it('is passed over for a drill that it has not asked for', async () => {
    const drills = { filter: { drill: true } }
    await watched(['line'], null, { next: drills, follower: drills })
    await write('raised', 'exercise', { severity: 'extreme', drill: true })
    expect(told.toSorted()).toEqual(bothOthers('exercise extreme'))
  })

  it('is not passed over for a hiccup, nor for an officer who was refused', async () => {
    await watched(['line'])
    failed.add('line')
    await write('raised', 'massacre', { severity: 'extreme' })
    await seconds(20)
    failed.clear()
    await pass(1)
    expect(told).toEqual(['line massacre extreme'])
    // What an officer was refused says nothing of how grave the alert is.
    await writer.refuse({ alertId: 'massacre', actionId: 'late' })
    await pass(5)
    expect(told).toEqual(['line massacre extreme'])
  })
})
