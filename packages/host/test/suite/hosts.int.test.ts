// What a person sees when a service cannot start: one sentence, besides the log line for machines.

import { freePort } from '@tocsin/testing/process/free-port'
import { SuiteProcess, spawnSuite } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { expect, it } from 'vitest'

it('refuses contradictory settings of a Kafka log, with a sentence and exit code 1', async () => {
  await withTempDir(async dataDir => {
    const suite = new SuiteProcess({
      role: 'up',
      dataDir,
      port: await freePort(),
      args: ['--log', 'kafka']
    })
    expect(await suite.exited).toEqual({ code: 1, signal: null })
    expect(suite.output).toContain('it could not start: configuration: brokers is empty')
  })
})

it('refuses a second owner of a role on one folder, and accepts it once the first is killed', async () => {
  await withTempDir(async dataDir => {
    const first = await spawnSuite({ role: 'rules', dataDir, port: await freePort() })
    const second = new SuiteProcess({ role: 'rules', dataDir, port: await freePort() })
    expect(await second.exited).toEqual({ code: 1, signal: null })
    expect(second.output).toContain('it could not start: another process is the rules of')
    await first.kill9()
    const third = await spawnSuite({ role: 'rules', dataDir, port: await freePort() })
    expect(await third.stop()).toEqual({ code: 0, signal: null })
  })
})

it('refuses an unknown setting by name, with exit code 2', async () => {
  await withTempDir(async dataDir => {
    const suite = new SuiteProcess({
      role: 'up',
      dataDir,
      port: await freePort(),
      env: { TOCSIN_PROT: '1' }
    })
    expect(await suite.exited).toEqual({ code: 2, signal: null })
    expect(suite.output).toContain('TOCSIN_PROT')
  })
})
