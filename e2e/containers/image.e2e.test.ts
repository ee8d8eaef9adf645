// The project's image on the embedded log: runs as an unprivileged user, writes only to its data
// folder, and stops when asked.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readComposeFile } from './compose-file.ts'
import { ContainerStack } from './container-stack.ts'
import { findEngine } from './engine.ts'

const [intake] = readComposeFile().filter(service => service.name === 'intake-1')
const { engine } = await findEngine([intake!.image])

describe.skipIf(engine === null)('the image', () => {
  let stack: ContainerStack
  beforeAll(async () => {
    const alone = { ...intake!, name: 'suite', command: ['up'], after: [], environment: {} }
    stack = await ContainerStack.start({ client: engine!, services: [alone], secrets: {} })
  })
  afterAll(() => stack?.remove())

  const node = (program: string) =>
    stack.service('suite').exec(['/usr/local/bin/node', '-e', program])

  it('serves all three services on its published port', async () => {
    const suite = stack.service('suite')
    await suite.ready()
    expect(await suite.probe('/livez')).toBe(200)
  })

  it('runs as a user without rights', async () => {
    const { output } = await node(
      'console.log(process.getuid(), process.getgid(), fs.readFileSync("/proc/1/status", "utf8").match(/CapEff:\\t(\\w+)/)[1])'
    )
    expect(output.trim()).toBe('10001 10001 0000000000000000')
  })

  it('can write its data and /tmp, and nothing else', async () => {
    const tried = ['/data', '/tmp', '/app', '/', '/etc', '/usr/local/bin', '/app/packages/cli/src']
    const { output } = await node(
      `for (const dir of ${JSON.stringify(tried)}) try { fs.writeFileSync(dir + "/x", ""); console.log(dir) } catch (error) { if (error.code !== "EROFS") throw error }`
    )
    expect(output.trim().split(/\s+/)).toEqual(['/data', '/tmp'])
  })

  it('holds no shell, no package manager and none of the tests', async () => {
    const unwanted = [
      '/bin/sh',
      '/usr/bin/apt',
      '/usr/local/bin/npm',
      '/app/packages/testing',
      '/app/e2e/faults',
      '/app/node_modules/vitest'
    ]
    const { output } = await node(
      `console.log(${JSON.stringify(unwanted)}.filter(file => fs.existsSync(file)).length)`
    )
    expect(output.trim()).toBe('0')
  })

  it('is healthy by its own check', async () => {
    await stack.service('suite').healthy(10_000)
  })

  it('stops cleanly on request', async () => {
    expect(await stack.service('suite').stop()).toBe(0)
    expect(await stack.service('suite').logs(5)).toContain('"clean":true')
  })
})
