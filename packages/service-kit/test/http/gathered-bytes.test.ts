// Collected chunks are held once, however small they are: in the buffer itself, and where a body is
// read.

import { Readable } from 'node:stream'
import { measureHeldMemory } from '@tocsin/testing/process/held-memory'
import fc from 'fast-check'
import { fastify } from 'fastify'
import { expect, it } from 'vitest'
import { GatheredBytes } from '../../src/http/gathered-bytes.ts'
import { takeJsonBodies } from '../../src/http/json-body.ts'

it('collects chunks in order, up to its limit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 40 }),
      fc.nat({ max: 120 }),
      (pieces, bytesMax) => {
        const gathered = new GatheredBytes(bytesMax)
        const all: number[] = []
        for (const piece of pieces) {
          const fits = all.length + piece.length <= bytesMax
          expect(gathered.add(piece)).toBe(fits)
          if (fits) all.push(...piece)
        }
        expect([...gathered.bytes]).toEqual(all)
        expect(gathered.heldBytes).toBeLessThanOrEqual(bytesMax)
      }
    )
  )
})

it('holds at most twice the bytes of many small chunks', () => {
  const gathered = new GatheredBytes(1_000_000)
  const piece = Buffer.from('x')
  for (let count = 1; count <= 20_000; count++) gathered.add(piece)
  expect(gathered.bytes.toString()).toBe('x'.repeat(20_000))
  expect(gathered.heldBytes).toBeLessThanOrEqual(40_000)
})

it('reads a body in chunks of one byte without holding the chunks', async () => {
  const app = fastify()
  takeJsonBodies(app, { depthMax: 8, valuesMax: 100 })
  app.post('/', async request => ({ length: (request.body as string).length }))
  await app.ready()
  const bytes = 20_000
  let heldMost = 0
  async function* pieces(): AsyncGenerator<Buffer> {
    const before = measureHeldMemory()
    yield Buffer.from('"')
    for (let count = 0; count < bytes; count++) yield Buffer.from('x')
    heldMost = measureHeldMemory() - before
    yield Buffer.from('"')
  }
  const payload = Readable.from(pieces(), { objectMode: false })
  const answer = await app.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/json' },
    payload
  })
  expect(answer.json()).toEqual({ length: bytes })
  expect(heldMost).toBeLessThan(1_000_000)
  await app.close()
})
