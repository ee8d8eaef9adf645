// A shift that nobody can be reached in keeps an alert from nobody.

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
  watchId = (await suite.ask('POST', '/v1/watches', { body: { name: 'Joint desk' } })).body.id
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
const isUnstaffed = async () => (await suite.ask('GET', `/v1/watches/${watchId}`)).body.isUnstaffed
const stateOf = async (host: Host) =>
  (await suite.ask('GET', `/v1/subscriptions/${ids[host]}`)).body.endpoint

describe('a shift whose only endpoint is down', () => {
  it('holds nothing back: all that follow the roster are notified, and it says that nobody can be reached', async () => {
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
})
