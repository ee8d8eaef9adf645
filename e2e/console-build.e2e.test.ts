// `npm start` and the console: built when its sources have changed and only then, said while it
// happens, in no repository, and never an older page in the place of one that can not be built.

import { execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import { freePort } from '@tocsin/testing/process/free-port'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const project = join(import.meta.dirname, '..')
const building = 'building the console'

/** What git has of the project and what is installed for it, without what was built. */
function copyProject(to: string): void {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: project,
    encoding: 'utf8'
  })
  for (const file of listed
    .split('\n')
    .filter(name => name !== '' && existsSync(join(project, name)))) {
    mkdirSync(dirname(join(to, file)), { recursive: true })
    cpSync(join(project, file), join(to, file))
  }
  symlinkSync(join(project, 'node_modules'), join(to, 'node_modules'))
  const groups = ['packages', 'services'].flatMap(group =>
    readdirSync(join(to, group)).map(name => join(group, name))
  )
  for (const member of [...groups, 'e2e'])
    if (existsSync(join(project, member, 'node_modules')))
      cpSync(join(project, member, 'node_modules'), join(to, member, 'node_modules'), {
        recursive: true,
        verbatimSymlinks: true
      })
}

interface Started {
  readonly output: () => string
  readonly exited: Promise<number | null>
  readonly page: () => Promise<string>
  readonly isReady: () => Promise<boolean>
  readonly stop: () => Promise<number | null>
}

describe('`npm start`', () => {
  let copy: string
  let dataDirs = 0

  beforeAll(async () => {
    copy = await makeTempDir()
    copyProject(copy)
  }, 300_000)
  afterAll(() => removeDir(copy))

  const consoleFolder = (...parts: readonly string[]) => join(copy, 'services', 'console', ...parts)
  const stamp = () => statSync(consoleFolder('dist', 'made-of.txt')).mtimeMs
  const leftovers = () => readdirSync(consoleFolder()).filter(name => name.startsWith('dist-'))
  const change = (file: string, by: (text: string) => string) =>
    writeFileSync(consoleFolder('src', file), by(readFileSync(consoleFolder('src', file), 'utf8')))
  const namedAs = (name: string) =>
    change('words/en/shell.ts', text => text.replace(/product: '[^']*'/, `product: '${name}'`))

  async function start(): Promise<Started> {
    const port = await freePort()
    dataDirs += 1
    const args = [
      'start',
      '--no-scenario',
      '--data',
      join(copy, `data-${dataDirs}`),
      '--port',
      String(port)
    ]
    const child = spawn(process.execPath, [join(copy, 'infra', 'run.mjs'), ...args], {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'pipe']
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8')
      })
    const exited = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)))
    const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()
    return {
      output: () => output,
      exited,
      // The page, and all script that it begins with.
      page: async () => {
        const html = await ask('/')
        const scripts = [...html.matchAll(/"\.(\/assets\/[^"]+\.js)"/g)].map(
          ([, path]) => path as string
        )
        return [html, ...(await Promise.all(scripts.map(ask)))].join('\n')
      },
      isReady: async () => {
        if (child.exitCode !== null) throw new Error(`it has ended:\n${output}`)
        return fetch(`http://127.0.0.1:${port}/readyz`).then(
          answer => answer.ok,
          () => false
        )
      },
      stop: () => {
        child.kill('SIGTERM')
        return exited
      }
    }
  }
  async function ready(started: Started): Promise<Started> {
    await waitFor(started.isReady, { what: 'a suite that was started', timeoutMs: 240_000 })
    return started
  }

  it('builds the console the first time alone, and says how long it took', async () => {
    expect(existsSync(consoleFolder('dist'))).toBe(false)
    const first = await ready(await start())
    expect(first.output()).toContain(building)
    const [, seconds] = /the console is built, in ([\d.]+) s/.exec(first.output()) ?? []
    console.info(`the console was built in ${seconds} s, with its base map`)
    expect(seconds).toBeDefined()
    const page = await first.page()
    expect(
      [page.includes('needs JavaScript'), page.includes(copy)],
      'words, and no path of the machine'
    ).toEqual([true, false])
    expect(await first.stop()).toBe(0)
    const before = stamp()
    const second = await ready(await start())
    expect([second.output().includes(building), stamp()]).toEqual([false, before])
    expect(await second.stop()).toBe(0)
    // What is built, and what a build has left that was killed, is in no repository.
    const made = ['dist', 'dist-1'].map(folder => `services/console/${folder}/index.html`)
    expect(
      execFileSync('git', ['check-ignore', ...made], { cwd: project, encoding: 'utf8' })
        .trim()
        .split('\n')
    ).toEqual(made)
  }, 300_000)

  it('twice at once serves the change from both, and leaves nothing lying about', async () => {
    // Of a build that was killed: no process has that id.
    mkdirSync(consoleFolder('dist-4194999', 'assets'), { recursive: true })
    namedAs('Tocsin twice')
    const both = await Promise.all([start(), start()])
    for (const each of both) await ready(each)
    for (const each of both) expect((await each.page()).includes('Tocsin twice')).toBe(true)
    expect(leftovers()).toEqual([])
    expect(await Promise.all(both.map(each => each.stop()))).toEqual([0, 0])
  }, 300_000)

  it('says what can not be built and where, and serves nothing in its place', async () => {
    const before = stamp()
    change('view/shell/keys.tsx', text => `${text}\nconst half = (\n`)
    const broken = await start()
    expect(await broken.exited).toBe(1)
    expect(broken.output()).toContain('the console could not be built')
    expect(broken.output()).toMatch(/view\/shell\/keys\.tsx:\d+/)
    expect(await broken.page().catch(() => 'nobody answers')).toBe('nobody answers')
    expect([stamp(), leftovers()]).toEqual([before, []])
  }, 300_000)
})
