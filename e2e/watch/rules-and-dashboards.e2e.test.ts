// The rules of Prometheus and the dashboards of Grafana name only metrics that a running suite has,
// and each alert has a runbook.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Canary, formatCanaryMetrics } from '@tocsin/cli/canary/canary'
import { freePort } from '@tocsin/testing/process/free-port'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import { spawnSuite } from '@tocsin/testing/process/suite-process'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { describe, expect, it } from 'vitest'
import { buildDashboard, dashboards } from '../../infra/grafana/dashboards.ts'
import { isThere } from '../partners/outside-tools.ts'
import { metricsIn, queries, rules, rulesFile, seriesIn } from './watched-files.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const alerts = rules.flatMap(({ alert, annotations }) =>
  alert === undefined ? [] : [{ alert, runbook: annotations?.runbook }]
)

describe('rules and dashboards', () => {
  it('name only metrics that there are', async () => {
    const dataDir = await makeTempDir()
    const suite = await spawnSuite({ role: 'up', dataDir, port: await freePort() })
    const ofSuite = seriesIn(await (await fetch(`${suite.url}/metrics`)).text())
    await suite.stop()
    await removeDir(dataDir)
    const clock = new ManualClock()
    const nowhere = { call: () => Promise.reject(new Error('nowhere')) }
    const canary = new Canary({
      apis: { intake: nowhere, rules: nowhere, notifier: nowhere },
      place: { country: 'ML', lat: 0, lon: 0 },
      clock,
      correctMs: 1,
      patienceMs: 1
    })
    const there = new Set([
      ...ofSuite,
      ...seriesIn(formatCanaryMetrics(canary)),
      ...rules.map(({ record }) => record)
    ])
    const named = new Set(queries.flatMap(metricsIn))
    expect([...named].filter(name => !there.has(name))).toEqual([])
    expect(named.size).toBeGreaterThan(50)
    // Names of kafka_exporter are its own.
    expect([...ofSuite].filter(name => /^kafka_/.test(name))).toEqual([])
  })

  it('are the dashboards that the script builds (node infra/grafana/build.ts)', () => {
    for (const dashboard of dashboards)
      expect(JSON.parse(read(`infra/grafana/dashboards/${dashboard.uid}.json`))).toEqual(
        buildDashboard(dashboard)
      )
  })

  it('have a runbook for each alert, of eight lines at most', () => {
    const sections = read('infra/docs/runbooks.md').split('\n## ').slice(1)
    expect(sections.map(section => section.split('\n')[0]).sort()).toEqual(
      alerts.map(({ alert }) => alert).sort()
    )
    for (const { alert, runbook } of alerts)
      expect(runbook).toBe(`runbooks.md#${alert.toLowerCase()}`)
    for (const section of sections) expect(section.trim().split('\n').length).toBeLessThan(9)
  })
})

describe.runIf(isThere('the tests of promtool', ['promtool', '--version']))('promtool', () => {
  it.each([
    ['check', rulesFile],
    ['test', fileURLToPath(new URL('../../infra/prometheus/tests/tocsin.yaml', import.meta.url))]
  ])('%s rules passes', (verb, file) => {
    expect(execFileSync('promtool', [verb, 'rules', file], { encoding: 'utf8' })).toContain(
      'SUCCESS'
    )
  })
})
