// An app whose reads take turns, with a handler that is held.

import { fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import type { Principal } from '../../src/access/principal.ts'
import { ReadTurns } from '../../src/access/read-turns.ts'
import { takeTurns } from '../../src/sign-in/turn-guard.ts'

describe('an app', () => {
  const each = { runningPerKey: 1, runningInAll: 1, waitingPerKey: 1 }

  async function appWith(turns: ReadTurns) {
    const app = fastify({ forceCloseConnections: true })
    const revoked = new Set<string>()
    const gates = new Map<string, () => void>()
    const reads: string[] = []
    app.decorateRequest('principal', null)
    app.addHook('onRequest', async request => {
      const id = request.headers['x-key']
      if (typeof id === 'string') request.principal = { id } as Principal
    })
    takeTurns(app, turns, ({ id }) => !revoked.has(id))
    const held = (name: string) => new Promise<void>(done => gates.set(name, done))
    app.get<{ Params: { name: string } }>('/read/:name', async ({ params: { name } }) => {
      reads.push(name)
      await held(name)
      return name
    })
    app.get<{ Params: { name: string } }>('/wait/:name', async request => {
      request.readTurn?.end()
      await held(request.params.name)
      return request.params.name
    })
    app.get('/endless', { config: { isEndless: true } }, async () => held('endless'))
    app.post('/act', async () => 'done')
    await app.ready()
    return {
      app,
      reads,
      revoke: (id: string) => revoked.add(id),
      open: (name: string) => gates.get(name)?.()
    }
  }
  const settle = () =>
    new Promise(done => setImmediate(() => setImmediate(() => setImmediate(done))))

  it('answers one read after the other, refuses beyond, and lets acts, streams and what has no key pass', async () => {
    const turns = new ReadTurns(each)
    const { app, reads, open } = await appWith(turns)
    const headers = { 'x-key': 'k' }
    const asked = ['first', 'second'].map(name => app.inject({ url: `/read/${name}`, headers }))
    await settle()
    const refused = await app.inject({ url: '/read/third', headers })
    expect([refused.statusCode, refused.json().message]).toEqual([
      500,
      'Too many reads of this key are waiting.'
    ])
    void app.inject({ url: '/endless', headers })
    void app.inject({ url: '/read/open' })
    expect((await app.inject({ method: 'POST', url: '/act', headers })).body).toBe('done')
    await settle()
    expect(reads).toEqual(['first', 'open'])
    open('first')
    await settle()
    expect(reads).toEqual(['first', 'open', 'second'])
    open('second')
    expect((await Promise.all(asked)).map(({ body }) => body)).toEqual(['first', 'second'])
    expect([turns.runningCount, turns.waitingCount]).toEqual([0, 0])
  })

  it('does not make the read of a key that was revoked while it waited', async () => {
    const { app, reads, revoke, open } = await appWith(new ReadTurns(each))
    const headers = { 'x-key': 'k' }
    const [first, second] = ['first', 'second'].map(name =>
      app.inject({ url: `/read/${name}`, headers })
    )
    await settle()
    revoke('k')
    open('first')
    expect((await first)?.body).toBe('first')
    expect((await second)?.json().message).toBe('The key was revoked or has expired.')
    expect(reads).toEqual(['first'])
  })

  it('holds no turn for a read that waits for something to happen, nor for one that fails', async () => {
    const turns = new ReadTurns({ ...each, waitingPerKey: 4 })
    const { app, reads, open } = await appWith(turns)
    const headers = { 'x-key': 'k' }
    const waits = ['w1', 'w2', 'w3'].map(name => app.inject({ url: `/wait/${name}`, headers }))
    void app.inject({ url: '/read/r', headers })
    while (reads.length === 0) await settle()
    open('r')
    for (const name of ['w1', 'w2', 'w3']) open(name)
    await Promise.all(waits)
    expect((await app.inject({ url: '/nothing', headers })).statusCode).toBe(404)
    await settle()
    expect(turns.runningCount).toBe(0)
  })
})
