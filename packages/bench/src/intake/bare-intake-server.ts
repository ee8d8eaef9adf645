// A bare Fastify process that validates report bodies against the same schema and answers with as many bytes as intake: the
// ceiling for accepting reports one by one. It stores nothing.

import type { AddressInfo } from 'node:net'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { fastify } from 'fastify'
import definitions from '../../../contracts/src/schemas/definitions.v1.schema.json' with { type: 'json' }
import reportSchema from '../../../contracts/src/schemas/report.v1.schema.json' with { type: 'json' }

const answer = { reportId: '0'.repeat(32), revision: 1, theatre: 'world', duplicate: false, cursor: 'A'.repeat(107) }

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, validateFormats: false })
ajv.addSchema(definitions)
const app = fastify()
app.setValidatorCompiler(({ schema }) => ajv.compile(schema as object))
app.post('/v1/reports', { schema: { body: reportSchema } }, async (_request, reply) => reply.code(202).send(answer))
await app.listen({ port: 0, host: '127.0.0.1' })
process.send?.((app.server.address() as AddressInfo).port)
process.on('disconnect', () => process.exit(0))
