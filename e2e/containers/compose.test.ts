// infra/compose.yaml from a user's point of view: existing settings, images as built, no
// unnecessary privileges.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suiteSettings } from '@tocsin/host/suite/suite-settings'
import { namedSettings } from '@tocsin/service/settings/settings'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { composeFile, readComposeFile } from './compose-file.ts'

const services = readComposeFile()
const own = services.filter(({ command }) => /^(intake|rules|notifier)$/.test(command[0] ?? ''))
const ours = services.filter(({ image }) => image.startsWith('tocsin/tocsin'))
const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

describe('the compose file', () => {
  it('runs a broker, three of each service, and what watches them', () => {
    const names = ['intake', 'rules', 'notifier'].flatMap(role =>
      [1, 2, 3].map(n => `${role}-${n}`)
    )
    expect(services.map(({ name }) => name)).toEqual([
      ...['kafka', ...names],
      ...['canary', 'metrics-key', 'prometheus', 'grafana']
    ])
    for (const { name, command } of own) expect(command).toEqual([name.replace(/-\d$/, '')])
  })

  it('names only existing settings', () => {
    const known = new Set(namedSettings(suiteSettings).map(({ env }) => env))
    expect(
      own.flatMap(({ environment }) => Object.keys(environment)).filter(name => !known.has(name))
    ).toEqual([])
  })

  it('names the images as they are built', () => {
    const version = (JSON.parse(read('package.json')) as { version: string }).version
    const kafkaVersion = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(
      read('infra/kafka/pom.xml')
    )?.[1]
    expect(new Set(ours.map(({ image }) => image))).toEqual(new Set([`tocsin/tocsin:${version}`]))
    expect(services[0]!.image).toBe(`tocsin/kafka:${kafkaVersion}`)
  })

  it('gives no container unneeded privileges', () => {
    for (const service of services)
      expect(service).toMatchObject({
        readOnly: true,
        capDrop: ['ALL'],
        securityOpt: ['no-new-privileges:true'],
        tmpfs: ['/tmp']
      })
  })

  it('publishes only to this machine, each port once, and never the broker', () => {
    const ports = services.flatMap(service => service.ports)
    expect(new Set(ports.map(({ address }) => address))).toEqual(new Set(['127.0.0.1']))
    expect(new Set(ports.map(({ hostPort }) => hostPort)).size).toBe(own.length + 2)
    expect(services[0]!.ports).toEqual([])
  })

  it('lets every instance be called by its name on the bridge', () => {
    for (const { name, environment } of own)
      expect(environment.TOCSIN_ALLOWED_HOSTS?.split(',')).toContain(name)
  })

  it('mounts folders and files that are there, and has Prometheus ask every instance', () => {
    const mounted = services
      .flatMap(({ volumes }) => volumes)
      .filter(({ volume }) => volume.startsWith('./'))
    for (const { volume, isReadOnly } of mounted) {
      expect(readdirSync(join(dirname(composeFile), volume)), volume).not.toEqual([])
      expect(isReadOnly, volume).toBe(true)
    }
    const { scrape_configs: jobs } = parse(read('infra/prometheus/prometheus.yaml')) as {
      scrape_configs: { static_configs: { targets: string[]; labels: { service: string } }[] }[]
    }
    const asked = jobs
      .slice(0, 1)
      .flatMap(job =>
        job.static_configs.flatMap(({ targets, labels }) =>
          targets.map(target => [target, labels.service])
        )
      )
    expect(asked).toEqual(own.map(({ name, command }) => [`${name}:8080`, command[0]]))
  })

  it('contains no secret, and gives all instances the same ones', () => {
    expect(readFileSync(composeFile, 'utf8')).not.toMatch(/_KEY:/)
    for (const service of services)
      expect(service.takesSecrets, service.name).toBe(ours.includes(service))
  })
})
