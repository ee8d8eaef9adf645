// The live page: a few static files. Visitors who have not signed in get a page that explains how.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import { mayUse } from '@tocsin/service-kit/access/principal'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { pageNames } from './page-names.ts'

const folder = join(import.meta.dirname, '..', '..', 'page')

const files = {
  '/page/live.css': { file: 'live.css', type: 'text/css; charset=utf-8' },
  '/page/detail.css': { file: 'detail.css', type: 'text/css; charset=utf-8' },
  '/page/live.js': { file: 'live.js', type: 'text/javascript; charset=utf-8' },
  '/page/detail.js': { file: 'detail.js', type: 'text/javascript; charset=utf-8' },
  '/page/dom.js': { file: 'dom.js', type: 'text/javascript; charset=utf-8' },
  '/page/rows.js': { file: 'rows.js', type: 'text/javascript; charset=utf-8' },
  '/page/wording.js': { file: 'wording.js', type: 'text/javascript; charset=utf-8' },
  '/page/stream.js': { file: 'stream.js', type: 'text/javascript; charset=utf-8' },
  '/page/sign-in.css': { file: 'sign-in.css', type: 'text/css; charset=utf-8' },
  '/page/icon.svg': { file: 'icon.svg', type: 'image/svg+xml' }
} as const

/** Adds `/` and its static files, read once at start. */
export function addPageRoutes(app: FastifyInstance): void {
  const live = readFileSync(join(folder, 'live.html'))
  const signIn = readFileSync(join(folder, 'sign-in.html'), 'utf8')
  app.get('/', { config: { access: 'open' } }, async (request, reply) => {
    const mayRead = request.principal !== null && mayUse(request.principal, ['alerts:read'])
    return reply.type('text/html; charset=utf-8').send(mayRead ? live : signIn.replaceAll('{{origin}}', originOf(request)))
  })
  const names = JSON.stringify(pageNames())
  app.get('/page/names.json', { config: { access: 'open' } }, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(names)
  )
  for (const [path, { file, type }] of Object.entries(files)) {
    const content = readFileSync(join(folder, file))
    app.get(path, { config: { access: 'open' } }, async (_request, reply) =>
      reply.header('cache-control', 'no-cache').type(type).send(content)
    )
  }
}

/** The origin of the request. The guard has validated the host; markup characters are removed as a second defence. */
function originOf({ protocol, host }: FastifyRequest): string {
  return `${protocol}://${host.replace(/[^A-Za-z0-9.:[\]_-]/g, '')}`
}
