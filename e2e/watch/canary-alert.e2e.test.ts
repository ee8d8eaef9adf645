// A real Prometheus, a canary and the three services: the alert of the canary fires within a minute
// of any service being stopped, and ends once it continues. Each query of the rules and dashboards
// can be evaluated.

import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SuiteApi } from '@tocsin/host/client/suite-api'
import { freePorts } from '@tocsin/testing/process/free-port'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roles, ThreeProcesses } from '../faults/three-processes.ts'
import { isThere } from '../partners/outside-tools.ts'
import { queries, rulesFile } from './watched-files.ts'

const mainFile = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))
/** From the stop of a service to its alert, ms. */
const noticedMs = 60_000

const running: { kill(): unknown }[] = []
let dir: string
let suite: ThreeProcesses
let prometheus: string

async function ask(path: string): Promise<{ readonly status: string; readonly data: unknown }> {
  const answer = await fetch(`${prometheus}/api/v1/${path}`)
  return (await answer.json()) as { status: string; data: unknown }
}

/** Whether an alert fires. */
async function isFiring(name: string): Promise<boolean> {
  const query = encodeURIComponent(`ALERTS{alertname="${name}",alertstate="firing"}`)
  const { data } = await ask(`query?query=${query}`)
  return (data as { readonly result: readonly unknown[] }).result.length > 0
}

async function succeededAgeS(): Promise<number> {
  const query = encodeURIComponent('tocsin_canary_age_seconds{check="answers"}')
  const { data } = await ask(`query?query=${query}`)
  const [series] = (data as { result: readonly { value: readonly [number, string] }[] }).result
  return Number(series?.value[1] ?? Number.NaN)
}

describe.runIf(isThere('the alert of the canary', ['prometheus', '--version']))(
  'the canary',
  () => {
    beforeAll(async () => {
      dir = await makeTempDir()
      suite = await ThreeProcesses.start(join(dir, 'data'))
      const [canaryPort, prometheusPort] = await freePorts(2)
      const api = new SuiteApi({ url: suite.url('rules'), key: suite.key })
      const { canaryRule } = await import('@tocsin/cli/canary/canary')
      expect((await api.call('PUT', '/v1/rules/canary', { body: canaryRule })).status).toBe(200)
      await api.close()
      const urls = ['--url', suite.url('notifier'), '--intake-url', suite.url('intake')]
      const place = ['--country', 'ML', '--lat', '14.8252', '--lon', '-5.2547']
      const listen = ['--listen', `127.0.0.1:${canaryPort}`, '--data', join(dir, 'data')]
      const args = ['canary', ...urls, '--rules-url', suite.url('rules'), ...place, ...listen]
      running.push(spawn(process.execPath, [mainFile, ...args], { stdio: 'inherit' }))
      const targets = JSON.stringify(roles.map(role => new URL(suite.url(role)).host))
      writeFileSync(
        join(dir, 'prometheus.yaml'),
        `global: { scrape_interval: 5s, evaluation_interval: 15s }
rule_files: [${JSON.stringify(rulesFile)}]
scrape_configs:
  - { job_name: tocsin, static_configs: [{ targets: ${targets} }] }
  - { job_name: tocsin-canary, static_configs: [{ targets: ["127.0.0.1:${canaryPort}"] }] }
`
      )
      prometheus = `http://127.0.0.1:${prometheusPort}`
      const options = [
        `--config.file=${join(dir, 'prometheus.yaml')}`,
        `--storage.tsdb.path=${join(dir, 'series')}`,
        `--web.listen-address=127.0.0.1:${prometheusPort}`,
        '--log.level=error'
      ]
      running.push(spawn('prometheus', options, { stdio: 'inherit' }))
    }, 180_000)

    afterAll(async () => {
      for (const each of running) each.kill()
      await suite?.kill()
      await removeDir(dir)
    })

    it('lets every query of rules and dashboards be evaluated', async () => {
      await waitFor(async () => (await succeededAgeS().catch(() => Number.NaN)) < 15, {
        what: 'a first round of the canary',
        timeoutMs: 90_000
      })
      for (const query of queries)
        expect([query, (await ask(`query?query=${encodeURIComponent(query)}`)).status]).toEqual([
          query,
          'success'
        ])
    }, 120_000)

    it.each(roles)(
      'fires within a minute of %s being stopped, and ends after it',
      async role => {
        expect(await isFiring('CanaryOld')).toBe(false)
        suite.signal(role, 'SIGSTOP')
        const stoppedMs = performance.now()
        try {
          await waitFor(() => isFiring('CanaryOld'), { what: 'CanaryOld', timeoutMs: noticedMs })
          console.log(
            `CanaryOld fired ${Math.round((performance.now() - stoppedMs) / 1000)} s after ${role} was stopped`
          )
        } finally {
          suite.signal(role, 'SIGCONT')
        }
        await waitFor(async () => !(await isFiring('CanaryOld')), {
          what: 'the end of CanaryOld',
          timeoutMs: 90_000
        })
      },
      180_000
    )
  }
)
