import { Ajv } from 'ajv'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import { fastify } from 'fastify'
import { Registry } from 'prom-client'
import '../src/fastify-augmentation.ts'
import { mintKey } from '../src/api-key.ts'
import { baseSettings } from '../src/base-settings.ts'
import { systemClock, systemRandom } from '../src/clock.ts'
import { defaultConfig } from '../src/config.ts'
import { buildHost } from '../src/host.ts'
import { createLogger } from '../src/logger.ts'
import { secretsFrom } from '../src/secrets.ts'
import { controlOf, fakeService, ownerKey } from './support/fakes.ts'

const body = {
  type: 'object',
  required: ['source', 'occurred', 'category', 'location'],
  properties: { source: { type: 'object', properties: { id: { type: 'string' } } }, category: { type: 'string' } }
}
const handler = async (_r: any, reply: any) => {
  reply.code(202)
  return { reportId: 'x', revision: 1, theatre: 'world', duplicate: false, cursor: 'abc' }
}
if (process.argv[2] === 'bare') {
  const app = fastify()
  app.post('/v1/reports', { schema: { body } }, handler)
  await app.listen({ port: 18081 })
} else {
  const k = mintKey(systemRandom)
  const host = await buildHost({
    services: [
      fakeService('intake', async app => {
        app.post('/v1/reports', { config: { access: ['reports:write'] }, schema: { body } }, handler)
      })
    ],
    secrets: secretsFrom(new Uint8Array(32), ownerKey),
    control: controlOf({
      type: 'key.created',
      id: 'x',
      time: '2025-01-01T00:00:00.000Z',
      data: {
        keyId: k.keyId,
        name: 'n',
        secretHash: k.secretHash,
        scopes: ['reports:write'],
        theatres: '*',
        handling: 'restricted',
        expiresAt: null
      }
    } as any),
    config: defaultConfig(baseSettings, { port: 18081 }),
    logger: createLogger({ level: 'info', name: 'x' }),
    clock: systemClock,
    random: systemRandom,
    metrics: new Registry()
  })
  await host.listen()
  await host.start()
  process.stderr.write('KEY ' + k.secret + '\n')
}
process.on('SIGUSR2', () => process.exit(0))
