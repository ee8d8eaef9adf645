// The OpenAPI and AsyncAPI documents of this process, and the page of the first. All resources come
// from this origin: the page works offline and within the content security policy.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { buildAsyncDocument } from '@tocsin/contracts/asyncapi/document'
import { digest } from '@tocsin/contracts/json/digest'
import type { FastifyInstance } from 'fastify'
import { buildDocument } from '../route/openapi-document.ts'
import './fastify-augmentation.ts'
import packageFile from '../../package.json' with { type: 'json' }
import type { RouteTable } from './route-table.ts'

const open = { config: { access: 'open' } } as const

/** Adds /openapi.json, /asyncapi.json and /docs. */
export function addDocumentRoutes(app: FastifyInstance, table: RouteTable): void {
  addDocument(app, '/openapi.json', () => buildDocument(table.routes, packageFile.version))
  addDocument(app, '/asyncapi.json', () => buildAsyncDocument(table.routes, packageFile.version))
  addPage(app)
}

/** A document that is built on the first request, when all routes exist. */
function addDocument(
  app: FastifyInstance,
  path: '/openapi.json' | '/asyncapi.json',
  build: () => object
): void {
  let made: { readonly plain: Buffer; readonly zipped: Buffer; readonly etag: string } | null = null
  const document = () => {
    if (made !== null) return made
    const plain = Buffer.from(JSON.stringify(build()))
    // Weak: the same for both encodings.
    made = { plain, zipped: gzipSync(plain), etag: `W/"${digest('openapi', plain.toString())}"` }
    return made
  }
  app.get(path, open, async (request, reply) => {
    const { plain, zipped, etag } = document()
    reply.header('etag', etag).header('cache-control', 'no-cache').header('vary', 'accept-encoding')
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    reply.type('application/json')
    const accepted = String(request.headers['accept-encoding'] ?? '')
    return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted)
      ? reply.header('content-encoding', 'gzip').send(zipped)
      : reply.send(plain)
  })
}

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tocsin: HTTP interface</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="interface"></div>
<noscript>The interface is described in <a href="/openapi.json">/openapi.json</a>.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`
const start = `window.SwaggerUIBundle({ url: '/openapi.json', dom_id: '#interface', deepLinking: true, docExpansion: 'list', validatorUrl: null, persistAuthorization: false })\n`

/** The files of Swagger UI, read on demand and cached. */
function addPage(app: FastifyInstance): void {
  const script = 'text/javascript; charset=utf-8'
  app.get('/docs', open, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page)
  )
  app.get('/docs/start.js', open, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').type(script).send(start)
  )
  for (const [file, type] of [
    ['swagger-ui.css', 'text/css; charset=utf-8'],
    ['swagger-ui-bundle.js', script]
  ] as const) {
    let content: Buffer | null = null
    app.get(`/docs/${file}`, open, async (_request, reply) => {
      content ??= await readFile(createRequire(import.meta.url).resolve(`swagger-ui-dist/${file}`))
      return reply.header('cache-control', 'public, max-age=3600').type(type).send(content)
    })
  }
}
