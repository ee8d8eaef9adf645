// A client that reconnects while the log does not answer: it is told to reconnect with its cursor,
// and the rest of the process is not affected.

import { EventLogError } from '@tocsin/event-log/errors'
import { expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'

it('closes with 4003 if the log cannot be read at a position, and serves it when the log is back', async () => {
  await using h = await new Harness().start()
  await h.alerts.write('raised', 'a1', {})
  const first = h.connect()
  first.session.receive(JSON.stringify({ type: 'subscribe', id: 's', from: 'earliest' }))
  await settle()
  const { cursor } = first.socket.of('alert')[0] ?? { cursor: '' }
  await h.alerts.write('revised', 'a1', {})
  await settle()

  const { state } = h.log
  h.log.state = async () => {
    throw new EventLogError('log-unavailable', 'the log does not answer')
  }
  const second = h.connect()
  second.session.receive(JSON.stringify({ type: 'subscribe', id: 's', from: cursor }))
  await settle()
  expect(second.socket.closed?.code).toBe(4003)
  expect(second.socket.of('subscribed')).toEqual([])

  h.log.state = state
  const third = h.connect()
  third.session.receive(JSON.stringify({ type: 'subscribe', id: 's', from: cursor }))
  await settle()
  expect(third.socket.of('subscribed')[0]?.recovered).toBe(true)
  expect(third.socket.of('alert')).toHaveLength(1)
})
