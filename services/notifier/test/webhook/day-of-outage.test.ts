// What a partner gets whose endpoint was down for a day, in both orders, as a file to read: `npm
// test -- services/notifier -u` writes it.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { accepted, Harness } from '../support/notifier-harness.ts'
import { checkChain, subscribed } from '../support/subscribing.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const lost: SendOutcome = { kind: 'failed', reason: 'connect', durationMs: 1 }
const closed: SendOutcome = {
  kind: 'response',
  status: 503,
  retryAfter: '3600',
  excerpt: 'maintenance',
  durationMs: 1
}

interface Sent {
  readonly sequence: number
  readonly previousid: string | null
  readonly superseded?: { readonly from: number; readonly to: number }
  readonly type: string
  readonly id: string
  readonly data: {
    readonly alertId: string
    readonly severity: string
    readonly notify: string
    readonly status: string
  }
}

/** The day: lines of what reached the endpoint, and of what became of each sequence. */
class Day {
  readonly h = new Harness()
  readonly lines: string[] = []
  readonly #startMs = this.h.clock.nowMs()
  #answer: SendOutcome = accepted
  #failed = 0

  async begin(order: SubscriptionRecord['order']): Promise<void> {
    await this.h.start()
    await subscribed(this.h, { order })
    this.h.network.answer = ({ body }) => {
      if (this.#answer === accepted)
        this.lines.push(this.#line(JSON.parse(Buffer.from(body).toString())))
      else this.#failed++
      return this.#answer
    }
  }

  answer(answer: SendOutcome, words: string): void {
    this.note(words)
    this.#answer = answer
  }

  note(words: string): void {
    if (this.#failed > 0) this.lines.push(`                (${this.#failed} attempts failed)`)
    this.#failed = 0
    this.lines.push(`${this.#at()}  ${words}`)
  }

  async pass(ms: number): Promise<void> {
    await this.h.clock.advance(ms)
    await settle(20)
  }

  #at(): string {
    const minutes = Math.floor((this.h.clock.nowMs() - this.#startMs) / minuteMs)
    const two = (n: number) => String(n).padStart(2, '0')
    return `day ${Math.floor(minutes / 1440) + 1} ${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`
  }

  #line({ sequence, type, superseded, data }: Sent): string {
    const names = superseded === undefined ? '' : `  superseded ${superseded.from}-${superseded.to}`
    const event = type.split('.')[2] as string
    return `${this.#at()}    ${String(sequence).padStart(3)}  ${data.alertId.padEnd(8)} ${event.padEnd(12)} ${data.severity.padEnd(8)} ${data.notify.padEnd(6)}${names}`.trimEnd()
  }

  outcomes(): string[] {
    const all = this.h.notifier.dispatcher.of('sub_1').table.newestFirst().toReversed()
    return all.map(
      ({ sequence, alertId, eventType, state }) =>
        `${String(sequence).padStart(3)}  ${alertId.padEnd(8)} ${(eventType.split('.')[2] as string).padEnd(12)} ${state}`
    )
  }
}

async function dayOf(order: SubscriptionRecord['order']): Promise<string> {
  const day = new Day()
  const { alerts } = day.h
  await using _ = day.h
  await day.begin(order)
  day.note('the endpoint is well')
  await alerts.write('raised', 'lake', { severity: 'moderate' })
  await day.pass(hourMs)
  day.answer(lost, 'the endpoint is down: connections fail')
  await alerts.write('revised', 'lake', { notify: 'update' })
  await day.pass(30 * minuteMs)
  await alerts.write('raised', 'siege', { severity: 'severe' })
  await alerts.write('raised', 'looting', { severity: 'minor' })
  await alerts.write('raised', 'hoax', { severity: 'moderate' })
  await day.pass(30 * minuteMs)
  day.answer(closed, 'it answers 503 with Retry-After: 3600')
  for (let i = 0; i < 3; i++) {
    await alerts.write('revised', 'siege', { notify: 'update' })
    await day.pass(2 * hourMs)
  }
  await alerts.write('escalated', 'siege', { severity: 'extreme', notify: 'page' })
  await alerts.write('revised', 'looting', { notify: 'update' })
  await alerts.write('retracted', 'hoax', { status: 'retracted', notify: 'update' })
  await alerts.write('revised', 'siege', { notify: 'update' })
  await day.pass(16 * hourMs)
  await alerts.write('resolved', 'lake', { status: 'resolved', notify: 'update' })
  await day.pass(hourMs)
  day.answer(accepted, 'the endpoint is back')
  await day.pass(2 * hourMs)
  day.note('a new alert')
  await alerts.write('raised', 'convoy', { severity: 'severe' })
  await day.pass(minuteMs)
  day.note('the partner asks for the history of sequences 3 to 7')
  await day.h.notifier.dispatcher.replay('sub_1', [3, 4, 5, 6, 7], 'partner')
  await day.pass(minuteMs)
  if (order === 'strict') checkChain(day.h.network)
  return [
    `order: ${order}`,
    '',
    '  time            seq  alert    event        severity notify',
    ...day.lines,
    '',
    'seq  alert    event        became',
    ...day.outcomes(),
    ''
  ].join('\n')
}

describe('a day of outage', () => {
  it('is followed by what the file says', async () => {
    const text = [await dayOf('newest-state'), await dayOf('strict')].join('\n')
    await expect(text).toMatchFileSnapshot('day-of-outage.txt')
  })
})
