import { fastify, LogController } from 'fastify'
import { createLogger } from '../src/logger.ts'
import { newRequestId } from '../src/request-id.ts'
import { requestLogger } from '../src/request-logger.ts'
const n = process.argv[2]!
const logger = createLogger({ level: 'info', name: 'x' })
const body = { type: 'object', required: ['source', 'occurred', 'category', 'location'], properties: { source: { type: 'object', properties: { id: { type: 'string' } } }, category: { type: 'string' } } }
const handler = async (_r: any, reply: any) => { reply.code(202); return { reportId: 'x', revision: 1, theatre: 'world', duplicate: false, cursor: 'abc' } }
const o: any = {}
if (n.includes('L')) { o.loggerInstance = logger; o.logController = new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }); o.childLoggerFactory = (_p: any, b: any) => requestLogger(logger, b) }
if (n.includes('l')) { o.loggerInstance = logger; o.logController = new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }) }
if (n.includes('G')) o.genReqId = newRequestId
if (n.includes('T')) { o.requestTimeout = 30000; o.keepAliveTimeout = 65000 }
if (n.includes('C')) o.http = { connectionsCheckingInterval: 1000, maxHeaderSize: 16384 }
if (n.includes('R')) { o.return503OnClosing = false; o.routerOptions = { maxParamLength: 256 }; o.bodyLimit = 1048576 }
const app = fastify(o)
if (n.includes('H')) { app.server.headersTimeout = 10000; app.server.maxHeadersCount = 100; app.server.maxConnections = 4096 }
app.post('/v1/reports', { schema: { body } }, handler)
await app.listen({ port: 18081 })
