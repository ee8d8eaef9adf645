// What the release before had and this one has not: it is refused with what to use instead.

import { beforeAll, describe, expect, it } from 'vitest'
import { removedRoutes, removedStreamPolicy } from '../../src/admin/removed.ts'
import { Suite } from '../support/http-suite.ts'
import { Harness } from '../support/notifier-harness.ts'

let suite: Suite
beforeAll(async () => {
  suite = await Suite.open({})
  return () => suite.close()
})

describe('removed routes', () => {
  it.each(removedRoutes)('$method $url answers 410, and says what to use', async removed => {
    const { method, url, detail } = removed
    const { status, body } = await suite.ask(method, `${url.replace(':id', 'a1')}?of=silences`)
    expect([status, body.code, body.detail]).toEqual([410, 'removed', detail])
  })

  it('server-sent events by a policy answer 410', async () => {
    const { status, body } = await suite.ask('GET', '/v1/events?policy=%7B%7D')
    expect([status, body.code, body.detail]).toEqual([410, 'removed', removedStreamPolicy])
  })

  it('a subscription by a policy ends its connection with 4500', async () => {
    await using h = await new Harness().start()
    const { socket, session } = h.connect()
    session.receive('{"type":"subscribe","id":"s1","policy":{"stories":"each"}}')
    await session.settled()
    expect(socket.closed?.code).toBe(4500)
    expect(socket.frames.at(-1)).toMatchObject({ type: 'notice', detail: removedStreamPolicy })
  })
})
