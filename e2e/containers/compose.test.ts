// infra/compose.yaml from a user's point of view: existing settings, images as built, no
// unnecessary privileges.

import { readFileSync } from 'node:fs'
import { suiteSettings } from '@tocsin/host/suite/suite-settings'
import { namedSettings } from '@tocsin/service-kit/settings/settings'
import { describe, expect, it } from 'vitest'
import { composeFile, readComposeFile } from './compose-file.ts'

const services = readComposeFile()
const own = services.filter(service => service.name !== 'kafka')
const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

describe('the compose file', () => {
  it('runs a broker and three of each service', () => {
    const names = ['intake', 'rules', 'notifier'].flatMap(role =>
      [1, 2, 3].map(n => `${role}-${n}`)
    )
    expect(services.map(({ name }) => name)).toEqual(['kafka', ...names])
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
    expect(new Set(own.map(({ image }) => image))).toEqual(new Set([`tocsin/tocsin:${version}`]))
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
    expect(new Set(ports.map(({ hostPort }) => hostPort)).size).toBe(own.length)
    expect(services[0]!.ports).toEqual([])
  })

  it('lets every instance be called by its name on the bridge', () => {
    for (const { name, environment } of own)
      expect(environment.TOCSIN_ALLOWED_HOSTS?.split(',')).toContain(name)
  })

  it('contains no secret, and gives all instances the same ones', () => {
    expect(readFileSync(composeFile, 'utf8')).not.toMatch(/_KEY:/)
    expect(own.every(({ takesSecrets }) => takesSecrets)).toBe(true)
    expect(services[0]!.takesSecrets).toBe(false)
  })
})
