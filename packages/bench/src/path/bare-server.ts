// A bare Fastify process that accepts a JSON body and does nothing with it: the ceiling for
// accepting reports over HTTP.

import type { AddressInfo } from 'node:net'
import { fastify } from 'fastify'

const app = fastify()
app.post('/v1/reports', async (_request, reply) => reply.code(202).send({ taken: true }))
await app.listen({ port: 0, host: '127.0.0.1' })
process.send?.((app.server.address() as AddressInfo).port)
process.on('disconnect', () => process.exit(0))
