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

interface Held {
  readonly type: string
  readonly plain: Buffer
  /**
   * Made on the first request: compressing all of them would be an eighth of the process's start.
   */
  gzipped: Promise<Buffer> | null
}

interface Built {
  readonly page: Held
  /** The page of reporters. */
  readonly report: Held
  readonly assets: ReadonlyMap<string, Held>
}

const compressed = promisify(gzip)

/**
 * Adds `/`, the page of reporters, their assets, the names of codes, and what the earlier addresses of the console lead to.
 * `folder` is read once, but while the console is not in it again by each request for `/`.
 */
export function addConsoleRoutes(app: FastifyInstance, folder = builtFolder): void {
  let built = builtIn(folder)
  for (const [path, name] of [
    ['/', 'page'],
    ['/report', 'report']
  ] as const)
    app.get(path, open, async (request, reply) => {
      built ??= builtIn(folder)
      // Not cached for the Back key either, if the browser complies: after sign-out the next user
      // must not see the page.
      reply.header('cache-control', 'no-store')
      if (built === null) return reply.code(503).type('text/html; charset=utf-8').send(notBuilt)
      return send(request, reply, built[name])
    })
  app.get<{ Params: { file: string } }>('/assets/:file', open, async (request, reply) => {
    const asset = built?.assets.get(request.params.file)
    if (asset === undefined) throw new ProblemError('not-found', 'There is no such file.')
    // Their names are hashes of their content.
    return send(
      request,
      reply.header('cache-control', 'public, max-age=31536000, immutable'),
      asset
    )
  })
  const names: { en?: Held; fr?: Held } = {}
  app.get<{ Querystring: { language?: string } }>('/names.json', open, async (request, reply) => {
    const language = request.query.language === 'fr' ? 'fr' : 'en'
    names[language] ??= held(Buffer.from(JSON.stringify(codeNames(language))), '.json')
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
  file: Held
): Promise<FastifyReply> {
  reply.type(file.type).header('vary', 'accept-encoding')
  if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) return reply.send(file.plain)
  file.gzipped ??= compressed(file.plain)
  return reply.header('content-encoding', 'gzip').send(await file.gzipped)
}

/** Null if the console is not built, or a file that the page starts with is missing. */
function builtIn(folder: string): Built | null {
  const index = join(folder, 'index.html')
  const assetFolder = join(folder, 'assets')
  const isThere = [index, join(folder, 'report.html'), assetFolder].every(existsSync)
  if (!isThere) return null
  const [page, report] = ['index.html', 'report.html'].map(name => ({
    type: 'text/html; charset=utf-8',
    plain: readFileSync(join(folder, name)),
    gzipped: null
  })) as [Held, Held]
  const names = readdirSync(assetFolder).filter(name => types[extname(name)] !== undefined)
  const assets = new Map(
    names.map(name => [name, held(readFileSync(join(assetFolder, name)), extname(name))])
  )
  const begun = [...`${page.plain}${report.plain}`.matchAll(/(?:href|src)="\.\/assets\/([^"]+)"/g)]
  return begun.every(([, name = '']) => assets.has(name)) ? { page, report, assets } : null
}

function held(plain: Buffer, extension: string): Held {
  return { type: types[extension] as string, plain, gzipped: null }
}
