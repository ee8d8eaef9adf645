// Which answers keep an alert from the next line of a watch: those to its last page, as long as
// they hold. Each case is a table of time → who was told what.

import type { AlertEventName, AlertState } from '@tocsin/domain/alert/alert'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { beforeEach, describe, expect, it } from 'vitest'
import { AlertWriter } from '../support/alert-builder.ts'
import { Suite } from '../support/http-suite.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'
import { accepted, FakeNetwork } from '../support/notifier-harness.ts'

const minuteMs = 60_000
const hosts = ['line', 'next'] as const
type Host = (typeof hosts)[number]

let suite: Suite
let writer: AlertWriter
let clock: ManualClock
let startMs: number
/** `minutes host severity`, of each event or reminder that an endpoint accepted. */
let told: string[]
let ids: Record<Host, string>
/** Why each call came, by its body. */
let reasons: string[]

const inMinutes = (minutes: number) => new Date(clock.nowMs() + minutes * minuteMs).toISOString()

async function begin(policy: object = {}): Promise<void> {
  const network = new FakeNetwork()
  ;[clock, told, ids, reasons] = [new ManualClock(), [], { line: '', next: '' }, []]
  network.answer = ({ url, body }) => {
    const { type, data, because, held } = JSON.parse(Buffer.from(body).toString())
    const { alertId, severity } = data.alert ?? data
    const host = new URL(url).hostname.split('.')[0]
    const isKnown = told.some(each => each.includes(` ${host} `))
    // Who was told is told of answers too: that is no call.
    const isCall = alertId !== undefined && !(isKnown && /answered|responded/.test(type))
    if (isCall) told.push(`${Math.floor((clock.nowMs() - startMs) / minuteMs)} ${host} ${severity}`)
    if (isCall) reasons.push(`${host} ${because}${held === undefined ? '' : ` after ${held}`}`)
    return accepted
  }
  suite = await Suite.on({ store: new MemoryStore(), clock, network }, { rules: false })
  writer = new AlertWriter(null as never)
  const watch = (
    await suite.ask('POST', '/v1/watches', { body: { name: 'Joint desk', lineMinutes: 5 } })
  ).body.id
  for (const host of hosts) {
    const own = { watch, groupWaitSeconds: 0, updateMinutes: 0, stories: 'each', ...policy }
    const body = { url: `https://${host}.example/hook`, filter: {}, policy: own }
    ids[host] = (await suite.ask('POST', '/v1/subscriptions', { body })).body.id
  }
  const shifts = [
    { officer: 'Ama', from: inMinutes(0), until: inMinutes(10_000), lines: [ids.line, ids.next] }
  ]
  expect(
    (await suite.ask('PATCH', `/v1/watches/${watch}`, { body: { version: 1, shifts } })).status
  ).toBe(200)
  startMs = clock.nowMs()
}

async function write(
  name: Exclude<AlertEventName, 'action-refused'>,
  patch: Partial<AlertState> = {}
): Promise<void> {
  writer.moveTo(clock.nowMs())
  const [record] = writer.record(name, 'siege', patch)
  await suite.h.log.append(topics.alerts, [record])
  await settle(30)
}

async function pass(minutes: number): Promise<void> {
  for (let n = 0; n < minutes * 6; n++) await clock.advance(10_000)
  await settle(30)
}

/** Somebody at a line says that they have it, as the one writer of alerts tells it. */
async function answer(host: Host, untilMinutes: number | null = null): Promise<void> {
  const until = untilMinutes === null ? null : inMinutes(untilMinutes)
  const said = {
    subscriptionId: ids[host],
    by: host,
    at: inMinutes(0),
    until,
    note: null,
    via: 'link' as const
  }
  const { operator } = writer.state('siege')
  await write('answered', { operator: { ...operator, answers: [said] }, concerns: 'internal' })
}

async function respond(): Promise<void> {
  const { operator } = writer.state('siege')
  const done = { kind: 'warned' as const, at: inMinutes(0), recordedAt: inMinutes(0) }
  await write('responded', {
    operator: { ...operator, responses: { count: 1, first: done, last: done } }
  })
}

const nextTold = () => told.filter(each => each.includes(' next '))

describe('an answer of the first line', () => {
  beforeEach(() => begin())

  it('are not asked for what pages nobody: the next line is not told, and that says so, until it pages', async () => {
    await begin()
    await write('raised', { severity: 'moderate', notify: 'update' })
    await pass(60)
    expect(told).toEqual(['0 line moderate'])
    const held = async () =>
      (await suite.ask('GET', `/v1/subscriptions/${ids.next}/deliveries`)).body.items[0].held
    expect(await held()).toMatchObject({ reason: 'pages-nobody', until: null })
    await write('escalated', { severity: 'severe', notify: 'page' })
    // The line before has known of it for an hour, and nobody has answered.
    expect(told.toSorted()).toEqual(['0 line moderate', '60 line severe', '60 next severe'])
    expect(reasons.find(each => each.startsWith('next'))).toBe('next first')
  })

  it('keeps the alert from the next, also among a dozen others who answer', async () => {
    await write('raised', { severity: 'moderate' })
    await pass(2)
    await answer('line')
    for (let i = 0; i < 12; i++) {
      const { operator } = writer.state('siege')
      const said = {
        subscriptionId: `sub_${i}`,
        by: 'Other',
        at: inMinutes(0),
        until: null,
        note: null,
        via: 'key' as const
      }
      const answers = [...(operator.answers ?? []), said].slice(-10)
      await write('answered', { operator: { ...operator, answers }, concerns: 'internal' })
    }
    await pass(60)
    expect(told).toEqual(['0 line moderate'])
  })

  it('ends with an escalation that pages: the next is told, as it would be without one', async () => {
    await write('raised', { severity: 'moderate' })
    await pass(2)
    await answer('line')
    await pass(58)
    expect(told).toEqual(['0 line moderate'])
    await write('escalated', { severity: 'extreme', notify: 'page' })
    await pass(6)
    expect(told.filter(each => each.includes('extreme'))).toEqual([
      '60 line extreme',
      '60 next extreme'
    ])
  })

  it('holds an escalation that is answered again from the next', async () => {
    await write('raised', { severity: 'moderate' })
    await answer('line')
    await pass(3)
    await write('escalated', { severity: 'extreme', notify: 'page' })
    await pass(1)
    await answer('line')
    await pass(60)
    expect(told).toEqual(['0 line moderate', '3 line extreme'])
  })

  it('ends when it said, and the next is told', async () => {
    await write('raised', { severity: 'severe' })
    await answer('line', 60)
    await pass(59)
    expect(told).toEqual(['0 line severe'])
    await pass(2)
    expect(nextTold()).toEqual(['60 next severe'])
  })

  it('is not told to the next: why it waited is the same as if nobody had answered', async () => {
    await write('raised', { severity: 'severe' })
    await answer('line', 10)
    await pass(12)
    const withAnswer = reasons
    await begin()
    await write('raised', { severity: 'severe' })
    await pass(12)
    expect(reasons).toEqual(['line first', 'next first after earlier-line'])
    expect(withAnswer).toEqual(reasons)
  })

  it('is counted from what was said last: it may be longer', async () => {
    await write('raised', { severity: 'severe' })
    await answer('line', 30)
    await pass(20)
    await answer('line', 60)
    await pass(50)
    expect(told).toEqual(['0 line severe'])
    await pass(12)
    expect(nextTold()).toEqual(['80 next severe'])
  })
})

describe('what was recorded as done', () => {
  it('keeps the alert from the next line, until it escalates', async () => {
    await begin()
    await write('raised', { severity: 'moderate' })
    await pass(2)
    await respond()
    await pass(58)
    expect(nextTold()).toEqual([])
    await write('escalated', { severity: 'extreme', notify: 'page' })
    await pass(6)
    expect(nextTold()).toEqual(['60 next extreme'])
  })

  it('ends its reminders, until it escalates', async () => {
    await begin({ repeatMinutes: 30, watch: null })
    await write('raised', { severity: 'severe' })
    await pass(2)
    await respond()
    await pass(58)
    expect(told.filter(each => each.includes(' line '))).toEqual(['0 line severe'])
    told = []
    await write('escalated', { severity: 'extreme', notify: 'page' })
    await pass(31)
    expect(told.filter(each => each.includes(' line '))).toEqual([
      '60 line extreme',
      '90 line extreme'
    ])
  })
})
