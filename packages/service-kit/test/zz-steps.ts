import { Registry } from 'prom-client'
import fastifyCookie from '@fastify/cookie'
import '../src/fastify-augmentation.ts'
import { baseSettings } from '../src/base-settings.ts'
import { systemClock, systemRandom } from '../src/clock.ts'
import { defaultConfig } from '../src/config.ts'
import { createLogger } from '../src/logger.ts'
import { createApp } from '../src/http-app.ts'
import { takeJsonBodies } from '../src/json-body.ts'
import { addSecurityHeaders } from '../src/security-headers.ts'
const n = Number(process.argv[2])
const body = { type: 'object', required: ['source', 'occurred', 'category', 'location'], properties: { source: { type: 'object', properties: { id: { type: 'string' } } }, category: { type: 'string' } } }
const handler = async (_r: any, reply: any) => { reply.code(202); return { reportId: 'x', revision: 1, theatre: 'world', duplicate: false, cursor: 'abc' } }
const app = createApp(defaultConfig(baseSettings, { port: 18081 }), createLogger({ level: 'info', name: 'x' }), { frameworkErrors() {}, clientErrorHandler() {} } as any)
if (n >= 1) takeJsonBodies(app, { depthMax: 32, valuesMax: 100000 })
if (n >= 2) addSecurityHeaders(app)
if (n >= 3) await app.register(fastifyCookie, { hook: false })
app.post('/v1/reports', { config: { access: 'open' }, schema: { body } }, handler)
await app.listen({ port: 18081 })
