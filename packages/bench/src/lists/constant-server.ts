// A bare Fastify process that answers with bodies that it was given: the ceiling for bench `lists`.
// It looks nothing up.

import type { AddressInfo } from 'node:net'
import { fastify } from 'fastify'

const bodies = new Map<string, { readonly type: string; readonly body: string }>()
const app = fastify()
app.get<{ Params: { name: string } }>('/:name', async (request, reply) => {
  const { type, body } = bodies.get(request.params.name) ?? { type: 'text/plain', body: '' }
  return reply.type(type).send(body)
})
process.on('message', ({ name, type, body }: { name: string; type: string; body: string }) => {
  bodies.set(name, { type, body })
  process.send?.(name)
})
await app.listen({ port: 0, host: '127.0.0.1' })
process.send?.((app.server.address() as AddressInfo).port)
process.on('disconnect', () => process.exit(0))
