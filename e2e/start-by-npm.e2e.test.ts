// The process that npm starts ends with npm. Left behind, it would block its port and its folder.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@tocsin/testing/process/free-port'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { expect, it } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const answers = (port: number) =>
  fetch(`http://127.0.0.1:${port}/livez`).then(
    ({ ok }) => ok,
    () => false
  )

it.skipIf(process.platform === 'win32')(
  'ends in order with the shell that npm ran it in, to which alone npm passes a signal',
  async () => {
    await withTempDir(async dataDir => {
      const port = await freePort()
      const command = `"${process.execPath}" infra/run.mjs tocsin intake --data "${dataDir}" --port ${port} 2>&1; exit`
      const env = { ...process.env, npm_lifecycle_event: 'tocsin', TOCSIN_LOG_LEVEL: 'info' }
      const shell = spawn('sh', ['-c', command], {
        cwd: root,
        env,
        stdio: ['ignore', 'pipe', 'ignore']
      })
      let output = ''
      shell.stdout.on('data', chunk => {
        output += chunk
      })
      const written = new Promise(resolve => shell.stdout.once('close', resolve))
      await waitFor(() => answers(port), { what: 'an intake', timeoutMs: 60_000 })
      shell.kill('SIGTERM')
      await waitFor(async () => !(await answers(port)), { what: 'its end', timeoutMs: 30_000 })
      await written
      expect(output).toContain('"clean":true')
    })
  },
  120_000
)

/** Does nothing until it is told to end, or its folder is removed: stands for the suite. */
const waitingProgram = `#!/bin/sh
trap 'touch ended; exit 0' TERM
touch started
while [ -e started ]; do sleep 0.1; done
`
/** An installation that takes as long as the test wants. */
const slowInstall = `#!/bin/sh
touch installing
while [ -e installing ] && [ ! -e installed ]; do sleep 0.1; done
`

it.skipIf(process.platform === 'win32')(
  'ends what it starts once it has installed, where the shell has gone meanwhile',
  async () => {
    await withTempDir(async folder => {
      const put = (path: string, text: string) => {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), text, { mode: 0o755 })
      }
      for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) put(file, '')
      put('infra/run.mjs', readFileSync(join(root, 'infra/run.mjs'), 'utf8'))
      put('bin/npx', slowInstall)
      put('node_modules/node/bin/node', waitingProgram)
      const env = {
        ...process.env,
        npm_lifecycle_event: 'tocsin',
        INIT_CWD: folder,
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`
      }
      const is = (path: string) => existsSync(join(folder, path))
      const command = `"${process.execPath}" infra/run.mjs tocsin intake; exit`
      const shell = spawn('sh', ['-c', command], { cwd: folder, env, stdio: 'ignore' })
      await waitFor(async () => is('installing'), { what: 'an installation', timeoutMs: 30_000 })
      const gone = once(shell, 'exit')
      shell.kill('SIGTERM')
      await gone
      put('installed', '')
      await waitFor(async () => is('started'), { what: 'its start', timeoutMs: 30_000 })
      await waitFor(async () => is('ended'), { what: 'its end', timeoutMs: 10_000 })
    })
  },
  60_000
)
