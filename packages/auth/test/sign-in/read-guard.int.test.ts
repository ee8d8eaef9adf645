// Reads of one key beyond its limit are refused; what waits, goes on without end, or writes is not
// counted.

import { fastify } from 'fastify'
import { expect, it } from 'vitest'
import type { Principal } from '../../src/access/principal.ts'
import { limitReads } from '../../src/host/request-quotas.ts'

it('answers so many reads of a key at a time, and 429 beyond', async () => {
  const app = fastify({ forceCloseConnections: true })
  const gate = Promise.withResolvers<void>()
  app.decorateRequest('principal', null)
  app.addHook('onRequest', async request => {
    request.principal = { id: String(request.headers['x-key']) } as Principal
  })
  const reads = limitReads(app, { total: 3, perKey: 2 })
  app.get('/read', () => gate.promise.then(() => 'read'))
  app.get('/wait', async request => {
    request.endRead?.()
    return gate.promise.then(() => 'waited')
  })
  app.get('/endless', { config: { isEndless: true } }, () => gate.promise.then(() => 'over'))
  app.post('/act', async () => 'done')
  await app.ready()
  const ask = (url: string, key = 'a', method: 'GET' | 'POST' = 'GET') =>
    app.inject({ url, method, headers: { 'x-key': key } })
  const held = ['/wait', '/endless', '/read', '/read'].map(url => ask(url))
  await expect.poll(() => reads.used).toBe(2)
  expect((await ask('/read')).json().message).toBe(
    'This key has 2 reads under way, which is the limit of one key.'
  )
  expect((await ask('/act', 'a', 'POST')).body).toBe('done')
  const ofOther = ask('/read', 'b')
  await expect.poll(() => reads.used).toBe(3)
  expect((await ask('/read', 'c')).json().message).toBe(
    'There are 3 reads under way, which is the limit.'
  )
  gate.resolve()
  const answers = await Promise.all([...held, ofOther])
  expect(answers.map(({ body }) => body)).toEqual(['waited', 'over', 'read', 'read', 'read'])
  expect(reads.used).toBe(0)
  await app.close()
})
