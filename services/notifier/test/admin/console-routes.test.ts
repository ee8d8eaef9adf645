// The console's files as the notifier serves them.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addConsoleRoutes } from '../../src/admin/console-routes.ts'

const index = '<!doctype html><script type="module" src="./assets/index-abc.js"></script>'

const report = '<!doctype html><script type="module" src="./assets/index-abc.js"></script><p>Report'

function build(folder: string): void {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), index)
  writeFileSync(join(folder, 'report.html'), report)
  writeFileSync(join(folder, 'assets', 'index-abc.js'), 'export {}')
  writeFileSync(join(folder, 'assets', 'notes.txt'), 'not served')
  writeFileSync(join(folder, 'secret.js'), 'not an asset')
}

describe('the console', () => {
  let temporary: string
  let folder: string
  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'console-'))
    folder = join(temporary, 'dist')
    build(folder)
  })
  afterAll(() => rmSync(temporary, { recursive: true, force: true }))

  const served = (from = folder) => {
    const app = fastify()
    addConsoleRoutes(app, from)
    return app
  }

  it('is served from memory: its page anew each time, its assets for ever', async () => {
    const app = served()
    const page = await app.inject('/')
    expect([page.statusCode, page.headers['content-type'], page.headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-store'
    ])
    const asset = await app.inject('/assets/index-abc.js')
    expect([asset.body, asset.headers['cache-control']]).toEqual([
      'export {}',
      'public, max-age=31536000, immutable'
    ])
  })

  it('is compressed for who takes that', async () => {
    const answer = await served().inject({
      url: '/assets/index-abc.js',
      headers: { 'accept-encoding': 'gzip, br' }
    })
    expect(answer.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(answer.rawPayload).toString()).toBe('export {}')
  })

  it('serves nothing beside its assets, whatever the path', async () => {
    const app = served()
    for (const file of [
      'notes.txt',
      'secret.js',
      '..%2Fsecret.js',
      '%2e%2e%2fsecret.js',
      '__proto__',
      'constructor'
    ])
      expect([file, (await app.inject(`/assets/${file}`)).statusCode]).not.toEqual([file, 200])
  })

  it('has names of codes beside it', async () => {
    const { areas, reasons } = (await served().inject('/names.json')).json()
    expect([areas['ML-4'], reasons['support-fell-away']]).toEqual([
      'Ségou',
      'its evidence no longer supports it'
    ])
    const french = (await served().inject('/names.json?language=fr')).json()
    expect([french.countries.CI, french.tactics.drone]).toEqual([
      'Côte d’Ivoire',
      'attaque de drone'
    ])
  })

  it('is found by the addresses that it had, with what stands in them, and these lead nowhere else', async () => {
    const app = served()
    const target = async (url: string) => {
      const { statusCode, headers } = await app.inject(url)
      return [statusCode, headers.location]
    }
    expect(await target('/console/?view=map&alert=a%20b')).toEqual([308, '/?view=map&alert=a%20b'])
    expect(await target('/console')).toEqual([308, '/'])
    expect(await target('/console/?x=//evil.example?y')).toEqual([308, '/?x=//evil.example?y'])
  })

  it('says in words how it is built where it is not, and is there once it is built', async () => {
    const later = join(temporary, 'later')
    const app = served(later)
    const missing = async () => {
      const page = await app.inject('/')
      expect([page.statusCode, page.headers['content-type']]).toEqual([
        503,
        'text/html; charset=utf-8'
      ])
      expect(page.body).toContain('node infra/run.mjs console')
    }
    await missing()
    expect((await app.inject('/assets/index-abc.js')).statusCode).not.toBe(200)
    // Half of it is not it: the page would stay empty.
    mkdirSync(join(later, 'assets'), { recursive: true })
    writeFileSync(join(later, 'index.html'), index)
    await missing()
    build(later)
    expect((await app.inject('/')).body).toBe(index)
    expect((await app.inject('/report')).body).toBe(report)
    expect((await app.inject('/assets/index-abc.js')).statusCode).toBe(200)
  })
})
