// What an installation uses, checked by the tools that will read it: the chart by Helm and the schemas
// of Kubernetes, the unit by systemd, the proxy by nginx. A tool that is not here skips its test.

import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'

const root = new URL('../..', import.meta.url).pathname
const chart = join(root, 'infra/helm/tocsin')
const cached = join(homedir(), '.cache/tocsin/tools')
const kubeVersion = '1.34.0'
const env = {
  ...process.env,
  PATH: `${process.env.PATH}:${cached}/bin:/usr/sbin`,
  PYTHONPATH: join(cached, 'python')
}

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`)
  return stdout
}

function findTool(command: string, ...args: string[]): boolean {
  const isHere = spawnSync(command, args, { env }).status === 0
  if (!isHere) console.warn(`!! SKIPPED: ${command} ${args.join(' ')} does not run here`)
  return isHere
}

const hasHelm = findTool('helm', 'version')
const hasSchemas = findTool('python3', '-c', 'import kubernetes_validate')
const cases = readdirSync(join(chart, 'ci'))
const template = (values: string, ...more: string[]) =>
  run(
    'helm',
    'template',
    'x',
    chart,
    '-f',
    join(chart, 'ci', values),
    '--kube-version',
    kubeVersion,
    ...more
  )
const kindsIn = (text: string) =>
  parseAllDocuments(text).flatMap(document => {
    const value = document.toJS() as { kind: string; metadata: { name: string } } | null
    return value === null ? [] : [`${value.kind} ${value.metadata.name}`]
  })

describe.skipIf(!hasHelm)('the chart', { timeout: 120_000 }, () => {
  it.each(cases)('passes lint with %s', values => {
    run('helm', 'lint', '--strict', chart, '-f', join(chart, 'ci', values))
  })

  it.skipIf(!hasSchemas).each(cases)('fits the schemas of Kubernetes with %s', async values => {
    await withTempDir(async folder => {
      const file = join(folder, 'manifests.yaml')
      writeFileSync(file, template(values))
      run('python3', '-m', 'kubernetes_validate', '--strict', '-k', kubeVersion, file)
    })
  })

  it('has a workload, a service, a budget and a policy for each service on Kafka, and a topics job', () => {
    const kinds = kindsIn(template('kafka.yaml'))
    for (const kind of ['Deployment', 'Service', 'PodDisruptionBudget', 'NetworkPolicy'])
      for (const role of ['intake', 'rules', 'notifier'])
        expect(kinds).toContain(`${kind} x-tocsin-${role}`)
    expect(kinds).toContain('Job x-tocsin-topics')
    expect(kinds.some(kind => kind.startsWith('Secret'))).toBe(false)
  })

  it('is one pod with a volume on the embedded log', () => {
    const text = template('embedded.yaml')
    expect(kindsIn(text).sort()).toEqual([
      'Ingress x-tocsin',
      'NetworkPolicy x-tocsin-up',
      'Service x-tocsin-up',
      'StatefulSet x-tocsin-up'
    ])
    expect(text).toContain('volumeClaimTemplates')
  })

  it.each([
    ['no secret', 'existingSecret='],
    ['no broker', 'kafka.brokers=null'],
    ['a word that is no setting', 'settings.LOG=x'],
    ['an unknown value', 'kafka.password=x']
  ])('refuses %s', (_, wrong) => {
    expect(() => template('kafka.yaml', '--set', wrong)).toThrow()
  })
})

describe('the version', () => {
  it('is the same in the chart as in the product', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string
    }
    const text = readFileSync(join(chart, 'Chart.yaml'), 'utf8')
    expect(text.match(/^(?:version|appVersion): .*$/gm)).toEqual([
      `version: ${version}`,
      `appVersion: ${version}`
    ])
  })
})

describe.skipIf(!findTool('systemd-analyze', '--version'))('the unit', () => {
  it.each(['tocsin.service', 'tocsin-canary.service'])(
    '%s is understood by systemd',
    async name => {
      await withTempDir(async folder => {
        const unit = join(folder, name)
        const text = readFileSync(join(root, 'infra/systemd', name), 'utf8')
        writeFileSync(unit, text.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'))
        const { stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8', env })
        expect(stderr.split('\n').filter(line => line.includes(name))).toEqual([])
      })
    }
  )
})

describe.skipIf(!findTool('nginx', '-v') || !findTool('openssl', 'version'))('the proxy', () => {
  it('is understood by nginx', async () => {
    await withTempDir(async folder => {
      const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
      const request = [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '1',
        '-subj',
        '/CN=x'
      ]
      execFileSync('openssl', [...request, '-keyout', key, '-out', certificate], {
        stdio: 'ignore'
      })
      const site = readFileSync(join(root, 'infra/proxy/nginx.conf'), 'utf8')
        .replace(/ssl_certificate .*;/, `ssl_certificate ${certificate};`)
        .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${key};`)
      const file = join(folder, 'nginx.conf')
      writeFileSync(file, `pid ${folder}/pid;\nevents {}\nhttp {\n${site}\n}\n`)
      run('nginx', '-t', '-q', '-e', join(folder, 'log'), '-c', file)
    })
  })
})
