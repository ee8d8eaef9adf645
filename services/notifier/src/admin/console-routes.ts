// The operations console: the files that services/console/build made, served from memory, and
// display names for its codes, the same as in headlines.

import '@tocsin/auth/sign-in/fastify-augmentation'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { patternNames, reasonNames } from '@tocsin/contracts/alert/alert-words'
import {
  type CodeName,
  categoryNames,
  namesIn,
  tacticNames
} from '@tocsin/contracts/incident/incident-names'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { areaNames } from '@tocsin/domain/space-time/area-names'
import { countryNames, frenchCountryName } from '@tocsin/domain/space-time/country-names'
import { plainPage } from '@tocsin/service/http/plain-page'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Names by kind and code. O(areas). */
export function codeNames(
  language: keyof CodeName
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const countries = [...countryNames].map(([code, name]) => [
    code,
    language === 'fr' ? frenchCountryName(code) : name
  ])
  return {
    // They have one name in all languages.
    areas: Object.fromEntries(areaNames),
    countries: Object.fromEntries(countries),
    categories: namesIn(categoryNames, language),
    tactics: namesIn(tacticNames, language),
    patterns: namesIn(patternNames, language),
    reasons: namesIn(reasonNames, language)
  }
}

const builtFolder = join(import.meta.dirname, '..', '..', '..', 'console', 'dist')
const open = { config: { access: 'open' } } as const

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8'
}

const notBuilt = plainPage(
  'The console is not built',
  '<p>The suite works: alerts are raised, and go out by stream, feed and webhook. Only this page is missing.</p>' +
    '<p>Whoever runs the suite builds it in the folder of the project, while the suite runs:</p>' +
    '<pre><code>node infra/run.mjs console</code></pre>' +
    '<p>Then <a href="/">load this page again</a>. <code>npm start</code> and the image build it by themselves.</p>' +
    '<p>Meanwhile <code>npm run -s tocsin -- alerts list</code> lists the alerts, <code>npm run -s tocsin -- tail</code> follows them, and ' +
    '<a href="/docs">the HTTP interface</a> has everything else.</p>'
)

/** Compressed on the first request: for all at the start it would be an eighth of that. */
interface ServedFile {
  readonly type: string
  readonly plain: Buffer
  gzipped: Promise<Buffer> | null
}

const compressed = promisify(gzip)

/**
 * Adds `/`, the page of reporters, their assets, the names of codes, and what the earlier addresses
 * of the console lead to. `folder` is read once, but while the console is not in it again by each
 * request for a page.
 */
export function addConsoleRoutes(app: FastifyInstance, folder = builtFolder): void {
  let built = readBuilt(folder)
  for (const [path, file] of [
    ['/', 'index.html'],
    ['/report', 'report.html']
  ] as const)
    app.get(path, open, async (request, reply) => {
      built ??= readBuilt(folder)
      // Not cached for the Back key either, if the browser complies: after sign-out the next user
      // must not see the page.
      reply.header('cache-control', 'no-store')
      const page = built?.get(file)
      if (page === undefined)
        return reply
          .code(503)
          .type(types['.html'] as string)
          .send(notBuilt)
      return send(request, reply, page)
    })
  app.get<{ Params: { file: string } }>('/assets/:file', open, async (request, reply) => {
    const asset = built?.get(`assets/${request.params.file}`)
    if (asset === undefined) throw new ProblemError('not-found', 'There is no such file.')
    // Their names are hashes of their content.
    reply.header('cache-control', 'public, max-age=31536000, immutable')
    return send(request, reply, asset)
  })
  const names: { en?: ServedFile; fr?: ServedFile } = {}
  app.get<{ Querystring: { language?: string } }>('/names.json', open, async (request, reply) => {
    const language = request.query.language === 'fr' ? 'fr' : 'en'
    names[language] ??= makeFile('.json', Buffer.from(JSON.stringify(codeNames(language))))
    return send(request, reply.header('cache-control', 'no-cache'), names[language])
  })
  // Links to views and alerts that people have stored: their content is the query.
  for (const earlier of ['/console', '/console/'])
    app.get(earlier, open, async ({ url }, reply) =>
      reply.redirect(`/${/\?.*$/.exec(url)?.[0] ?? ''}`, 308)
    )
}

async function send(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  file: ServedFile
): Promise<FastifyReply> {
  reply.type(file.type).header('vary', 'accept-encoding')
  if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) return reply.send(file.plain)
  file.gzipped ??= compressed(file.plain)
  return reply.header('content-encoding', 'gzip').send(await file.gzipped)
}

/**
 * By name the two pages and `assets/…`. Null if the console is not built, or a file that a page
 * starts with is missing.
 */
function readBuilt(folder: string): ReadonlyMap<string, ServedFile> | null {
  const pages = ['index.html', 'report.html']
  if (![...pages, 'assets'].every(name => existsSync(join(folder, name)))) return null
  const assets = readdirSync(join(folder, 'assets')).map(name => `assets/${name}`)
  const names = [...pages, ...assets].filter(name => types[extname(name)] !== undefined)
  const files = new Map(
    names.map(name => [name, makeFile(extname(name), readFileSync(join(folder, name)))])
  )
  const text = pages.map(name => files.get(name)?.plain).join('')
  const begun = [...text.matchAll(/(?:href|src)="\.\/(assets\/[^"]+)"/g)]
  return begun.every(([, name = '']) => files.has(name)) ? files : null
}

function makeFile(extension: string, plain: Buffer): ServedFile {
  return { type: types[extension] as string, plain, gzipped: null }
}
