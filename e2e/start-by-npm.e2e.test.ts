// The process that npm starts stays no longer than npm: nobody would find what is left behind, and it holds its port and folder.

import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
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
      const shell = spawn('sh', ['-c', command], { cwd: root, env, stdio: ['ignore', 'pipe', 'ignore'] })
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
