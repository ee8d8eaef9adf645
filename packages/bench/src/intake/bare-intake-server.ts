// A bare Fastify process that validates report bodies against the same schema and answers with as
// many bytes as intake: the ceiling for accepting reports one by one. It stores nothing.

import type { AddressInfo } from 'node:net'
import { postedReportFormat } from '@tocsin/contracts/report/posted-report'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { fastify } from 'fastify'

const answer = {
  reportId: '0'.repeat(32),
  revision: 1,
  theatre: 'world',
  duplicate: false,
  cursor: 'A'.repeat(107)
}

const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  validateFormats: false
})
const app = fastify()
app.setValidatorCompiler(({ schema }) => ajv.compile(schema as object))
app.post('/v1/reports', { schema: { body: postedReportFormat } }, async (_request, reply) =>
  reply.code(202).send(answer)
)
await app.listen({ port: 0, host: '127.0.0.1' })
process.send?.((app.server.address() as AddressInfo).port)
process.on('disconnect', () => process.exit(0))
