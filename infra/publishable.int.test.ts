// What others install: packed as npm packs it, imported by plain Node, and its types read by a
// strict compiler.

import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const names = ['client', 'webhooks'] as const

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

let folder: string
const packed = new Map<string, Packed>()

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'infra', 'publishable.mjs')])
  // Out of reach of the packages of this repository.
  folder = mkdtempSync(join(tmpdir(), 'tocsin-published-'))
  mkdirSync(join(folder, 'node_modules', '@tocsin'), { recursive: true })
  for (const name of names) {
    const cwd = join(root, 'packages', name, 'dist')
    const output = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd,
      stdio: ['ignore', 'pipe', 'ignore']
    })
    const [made] = JSON.parse(String(output)) as [Packed]
    packed.set(name, made)
    execFileSync('tar', ['-xzf', made.filename], { cwd: folder })
    renameSync(join(folder, 'package'), join(folder, 'node_modules', '@tocsin', name))
  }
  const { dependencies } = statedIn('webhooks') as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  for (const name of Object.keys(dependencies))
    symlinkSync(
      join(root, 'packages', 'webhooks', 'node_modules', name),
      join(folder, 'node_modules', name)
    )
  symlinkSync(
    join(root, 'packages', 'client', 'node_modules', 'ws'),
    join(folder, 'node_modules', 'ws')
  )
}, 120_000)
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
})

function statedIn(name: string): Readonly<Record<string, unknown>> {
  return JSON.parse(
    readFileSync(join(folder, 'node_modules', '@tocsin', name, 'package.json'), 'utf8')
  )
}

/** Runs a module in plain Node: JavaScript only. */
function run(code: string, ...options: readonly string[]): string {
  const args = ['--no-strip-types', ...options, '--input-type=module', '--eval', code]
  return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }).trim()
}

describe.each(names)('%s, packed', name => {
  it('has its modules, their types, README and LICENSE, and nothing else', () => {
    const files = packed.get(name)!.files.map(({ path }) => path)
    const modules = readdirSync(join(root, 'packages', name, 'src')).map(file =>
      file.replace(/\.ts$/, '')
    )
    const expected = [
      ...modules.flatMap(module => [`${module}.js`, `${module}.d.ts`]),
      'LICENSE',
      'README.md',
      'package.json'
    ]
    expect(files.toSorted()).toEqual(expected.toSorted())
  })

  it('states what npm needs, and nothing of this workspace', () => {
    const stated = statedIn(name)
    expect(stated).toMatchObject({
      name: `@tocsin/${name}`,
      type: 'module',
      license: 'Apache-2.0',
      version: expect.stringMatching(/^\d/)
    })
    expect(JSON.stringify(stated)).not.toMatch(
      /workspace:|catalog:|\.\/src|private|devDependencies/
    )
  })

  it('is imported by plain Node, each of its entry points', () => {
    const { exports } = statedIn(name) as { readonly exports: Readonly<Record<string, unknown>> }
    const modules = readdirSync(join(folder, 'node_modules', '@tocsin', name)).filter(file =>
      file.endsWith('.js')
    )
    const entries = Object.keys(exports).flatMap(entry =>
      entry.includes('*') ? modules.map(file => `./${file.slice(0, -3)}`) : [entry]
    )
    const specifiers = entries.map(entry => `@tocsin/${name}${entry.slice(1)}`)
    expect(entries.length).toBeGreaterThan(1)
    const code = `for (const each of ${JSON.stringify(specifiers)}) console.log(each, Object.keys(await import(each)).length >= 0)`
    expect(run(code).split('\n')).toEqual(specifiers.map(each => `${each} true`))
  })
})

describe('webhooks, installed', () => {
  it('does what its README shows', () => {
    const readme = readFileSync(
      join(folder, 'node_modules', '@tocsin', 'webhooks', 'README.md'),
      'utf8'
    )
    const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readme) ?? []
    const [, printed = ''] = /It prints (.*)\./.exec(readme) ?? []
    expect(run(code).split('\n')).toEqual(
      [...printed.matchAll(/`([^`]+)`/g)].map(([, word]) => word)
    )
  })
})

describe('the client, installed', () => {
  it('begins, and verifies a webhook', () => {
    const code = `
      import { TocsinClient } from '@tocsin/client'
      import { readWebhook, Sequences } from '@tocsin/client/webhook'
      const client = new TocsinClient({ url: 'http://127.0.0.1:9', token: 'tk_x' })
      client.close()
      const read = readWebhook({ headers: {}, body: new Uint8Array() }, ['whsec_' + 'A'.repeat(32)])
      console.log(client.state.kind, read.ok, new Sequences().take({ sequence: 1 }))`
    expect(run(code)).toBe('ended false new')
  })

  it('is live over `ws` where Node has no WebSocket, as Node 20', () => {
    const code = `
      delete Promise.withResolvers
      import { TocsinClient } from '@tocsin/client'
      import { WebSocketServer } from 'ws'
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
      server.on('connection', (socket, { headers }) => socket.on('message', text => {
        const { id } = JSON.parse(text)
        console.log(headers.authorization, id.length > 0)
        socket.send(JSON.stringify({ type: 'subscribed', id, recovered: false, cursor: 'A', snapshot: [] }))
      }))
      await new Promise(resolve => server.once('listening', resolve))
      const client = new TocsinClient({ url: 'http://127.0.0.1:' + server.address().port, token: 'tk_x' })
      await new Promise(resolve => client.subscribe({}, { snapshot: resolve, alert: () => {} }))
      console.log(typeof WebSocket, client.state.kind)
      client.close()
      server.close()
      for (const socket of server.clients) socket.terminate()`
    expect(run(code, '--no-experimental-websocket')).toBe('Bearer tk_x true\nundefined live')
  })

  const uses = {
    'in a page': [
      '',
      `import { statesAlert, TocsinClient } from '@tocsin/client'
      const client = new TocsinClient({ url: 'https://alerts.example', token: async why => (why === 'first' ? 'tk_1' : null) })
      client.subscribe({ detail: 'headline' }, { snapshot: alerts => alerts[0]?.headline, alert: event => event.alertId })
      client.subscribe({}, { snapshot: () => {}, alert: event => statesAlert(event) && event.data.severity })`
    ],
    'at a sender of webhooks, in Node': [
      'node',
      `import { type EndpointPolicy, sign, type SigningKey, vetAddress, type WebhookHeaders } from '@tocsin/webhooks'
      const policy: EndpointPolicy = { allowHttp: false, allowNetworks: [] }
      export const isGood: boolean = vetAddress('https://example.org/', policy).ok
      export const headersBy = (key: SigningKey, body: Uint8Array): WebhookHeaders => sign({ id: 'm', timestampS: 1, body }, [key])`
    ],
    'at a receiver of webhooks, in Node': [
      'node',
      `import { readWebhook } from '@tocsin/client/webhook'
      export const isGood: boolean = readWebhook({ headers: {}, body: new Uint8Array() }, []).ok`
    ]
  } as const
  it.each(Object.entries(uses))(
    'has types that a strict compiler reads, %s',
    (_, [types, code]) => {
      writeFileSync(join(folder, 'use.mts'), code)
      const options = [
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2022',
        '--lib',
        'es2022,dom',
        '--types',
        types
      ]
      const typeRoots = ['--typeRoots', join(root, 'node_modules', '@types')]
      const compiler = join(root, 'node_modules', '.bin', 'tsc')
      const { stdout } = spawnSync(compiler, [...options, ...typeRoots, 'use.mts'], {
        cwd: folder,
        encoding: 'utf8'
      })
      expect(stdout).toBe('')
    }
  )
})
