import { EventLogError } from '@tocsin/event-log/errors'
import type { Health } from '@tocsin/event-log/port'
import { expect, it } from 'vitest'
import { LogPatience } from '../../src/instances/log-patience.ts'

function given() {
  let nowMs = 0
  let health: Health = { ok: true, detail: 'ok' }
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }
  const patience = new LogPatience({ clock, health: () => health, patienceMs: 1000 })
  const write = () => {
    const gate = Promise.withResolvers<void>()
    const done = patience.watch(() => gate.promise).catch(() => undefined)
    return {
      answer: async () => {
        gate.resolve()
        await done
      },
      fail: async (code: 'log-unavailable' | 'record-too-large') => {
        gate.reject(new EventLogError(code, 'no'))
        await done
      }
    }
  }
  return {
    patience,
    write,
    pass: (ms: number) => {
      nowMs += ms
    },
    say: (ok: boolean) => {
      health = { ok, detail: 'away' }
    },
    lose: () => {
      health = { ok: false, isAway: true, detail: 'nobody answers' }
    },
    fill: () => {
      health = { ok: false, isFull: true, detail: 'no space' }
    }
  }
}

it('lets writes begin while the log answers, however many are in flight', async () => {
  const { patience, write, pass } = given()
  const first = write()
  write()
  pass(999)
  expect(patience.refusal()).toBeNull()
  await first.answer()
  pass(999)
  expect(patience.refusal()).toBeNull()
})

it('lets one probe per interval begin while none is answered, and all writes after an answer', async () => {
  const { patience, write, pass } = given()
  const stuck = write()
  pass(1000)
  expect(patience.refusal()).toBeNull()
  expect(patience.refusal()).toBe('no write has been answered for 1 s')
  pass(499)
  expect(patience.refusal()).not.toBeNull()
  pass(1)
  expect(patience.refusal()).toBeNull()
  await stuck.answer()
  expect(patience.refusal()).toBeNull()
  expect(patience.refusal()).toBeNull()
})

it('lets writes begin while only one partition does not answer', async () => {
  const { patience, write, pass } = given()
  write()
  for (let i = 0; i < 5; i++) {
    pass(900)
    await write().answer()
  }
  expect(patience.trouble).toBeNull()
})

it('counts an unanswered write as silence, and a refusal as an answer', async () => {
  const { patience, write } = given()
  await write().fail('record-too-large')
  expect(patience.trouble).toBeNull()
  await write().fail('log-unavailable')
  expect(patience.trouble).toBe('the last write was not answered')
})

it('believes a log that reports itself unhealthy, and lets one probe per interval through', () => {
  const { patience, say, pass } = given()
  say(false)
  expect(patience.trouble).toBe('away')
  expect(patience.refusal()).toBeNull()
  expect(patience.refusal()).toBe('away')
  pass(500)
  expect(patience.refusal()).toBeNull()
  say(true)
  expect(patience.trouble).toBeNull()
})

it('lets no probe through while the log probes by itself', () => {
  const { patience, say, lose, pass } = given()
  lose()
  for (let i = 0; i < 20; i++) {
    expect(patience.refusal()).toBe('nobody answers')
    pass(5_000)
  }
  say(true)
  expect(patience.refusal()).toBeNull()
})

it('lets every write begin on a full disk: the log answers each with the problem that says so', () => {
  const { patience, fill } = given()
  fill()
  expect([patience.refusal(), patience.refusal(), patience.trouble]).toEqual([null, null, null])
})
