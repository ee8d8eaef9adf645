import { describe, expect, it } from 'vitest'
import { baseSettings } from '../../src/settings/base-settings.ts'
import {
  ConfigError,
  type ConfigSources,
  envExample,
  namedSettings,
  readConfig
} from '../../src/settings/settings.ts'

const none: ConfigSources = { file: null, env: {} }
const yaml = (body: string): ConfigSources => ({
  file: { name: 'tocsin.yaml', text: body },
  env: {}
})
const problemsOf = (sources: ConfigSources) => {
  try {
    readConfig(baseSettings, sources)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('layers', () => {
  it('starts from the defaults', () => {
    expect(readConfig(baseSettings, none).values).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      data: './data',
      ownerKey: null,
      webhooks: { allow: [], allowHttp: false }
    })
  })

  it('prefers flags to the environment, the environment to the file, the file to the defaults', () => {
    const file = { name: 'conf/tocsin.yaml', text: 'port: 1001\nhost: localhost\ndata: /file\n' }
    const env = { TOCSIN_PORT: '1002', TOCSIN_DATA: '/env', PATH: '/bin' }
    const overrides = [{ key: 'port', value: '1003', origin: '--port' }]
    const loaded = readConfig(baseSettings, { file, env, overrides })
    expect(loaded.values).toMatchObject({
      port: 1003,
      data: '/env',
      host: 'localhost',
      logLevel: 'info'
    })
  })

  it('reads a public address with and without a slash at its end as one', () => {
    const read = (TOCSIN_PUBLIC_URL: string) =>
      readConfig(baseSettings, { file: null, env: { TOCSIN_PUBLIC_URL } }).values.publicUrl
    expect(['https://t.example/', 'https://t.example', ''].map(read)).toEqual([
      ...['https://t.example', 'https://t.example', '']
    ])
  })

  it('reads lists, booleans and sections from the file and from the environment', () => {
    const fromFile = readConfig(
      baseSettings,
      yaml('webhooks:\n  allow: [10.0.0.0/8, "fd00::/8"]\n  allowHttp: true\n')
    ).values
    const env = {
      TOCSIN_WEBHOOKS_ALLOW: '10.0.0.0/8, fd00::/8',
      TOCSIN_WEBHOOKS_ALLOW_HTTP: 'true'
    }
    expect(readConfig(baseSettings, { file: null, env }).values.webhooks).toEqual(fromFile.webhooks)
    expect(fromFile.webhooks).toEqual({
      allow: ['10.0.0.0/8', 'fd00::/8'],
      allowHttp: true,
      proxy: null,
      consent: 'public'
    })
  })
})

describe('refusals', () => {
  it.each<[text: string, key: string, line: number, detail: RegExp]>([
    ['data: x\nprot: 1\n', 'prot', 2, /is not a setting \(is port meant\?\)/],
    ['webhooks:\n  alow: []\n', 'webhooks.alow', 2, /is webhooks\.allow meant/],
    ['kafka:\n  brokers: x\n', 'kafka', 1, /is not a setting/],
    ['webhooks: yes\n', 'webhooks', 1, /must be a section/],
    ['__proto__: {port: 1}\n', '__proto__', 1, /is not a setting/],
    ['constructor: 1\n', 'constructor', 1, /is not a setting/],
    ['\nport: "80"\n', 'port', 2, /must be integer/],
    ['port: 1\nport: 2\n', '', 2, /well-formed/],
    ['- port\n', '', 1, /must be a map/],
    ['a: [1\nb: }', '', 2, /well-formed/]
  ])('names key and line of what is wrong in the file: %j', (text, key, line, detail) => {
    const origin = `tocsin.yaml:${line}`
    expect(problemsOf(yaml(text))).toEqual([{ key, origin, detail: expect.stringMatching(detail) }])
  })

  it.each<[variable: string, value: string, key: string, detail: RegExp]>([
    ['TOCSIN_PORTS', '1', '', /is TOCSIN_PORT meant/],
    ['TOCSIN_PORT', '80a', 'port', /must be integer/],
    ['TOCSIN_PORT', '70000', 'port', /must be <= 65535/],
    ['TOCSIN_WEBHOOKS_ALLOW_HTTP', 'yes', 'webhooks.allowHttp', /boolean/],
    ['TOCSIN_LOG_LEVEL', 'loud', 'logLevel', /one of trace, debug/],
    ['TOCSIN_WEBHOOKS_ALLOW', '::/0,10.0.0.0/33', 'webhooks.allow', /item 2 .* network in CIDR/],
    ['TOCSIN_WEBHOOKS_ALLOW', '10.0.0.1', 'webhooks.allow', /CIDR/],
    ['TOCSIN_OWNER_KEY', 'two words', 'ownerKey', /right form/],
    ['TOCSIN_ALLOWED_ORIGINS', 'https://a.b/c', 'allowedOrigins', /item 1 .* does not have/],
    ['TOCSIN_ALLOWED_HOSTS', 'a.b:80', 'allowedHosts', /item 1 "a\.b:80" does not have/]
  ])('names the environment variable that is wrong: %s=%s', (origin, value, key, detail) => {
    expect(problemsOf({ file: null, env: { [origin]: value } })).toEqual([
      { key, origin, detail: expect.stringMatching(detail) }
    ])
  })

  it('refuses what is always the same, and says so', () => {
    const sources = {
      file: { name: 'tocsin.yaml', text: 'jsonDepthMax: 40\n' },
      env: { TOCSIN_JSON_VALUES_MAX: '7' }
    }
    expect(problemsOf(sources).map(({ detail }) => detail)).toEqual([
      'was removed: it is always 32. Delete it',
      'was removed: it is always 100000. Delete it'
    ])
  })

  it('names all errors at once', () => {
    const sources = {
      file: { name: 'tocsin.yaml', text: 'prot: 1\nhost: 7\n' },
      env: { TOCSIN_PORT: 'x', TOCSIN_NOTHING: 'x' }
    }
    expect(problemsOf(sources).map(p => p.origin)).toEqual([
      'tocsin.yaml:1',
      'tocsin.yaml:2',
      'TOCSIN_PORT',
      'TOCSIN_NOTHING'
    ])
  })

  it('never quotes a refused secret', () => {
    const error = (() => {
      try {
        return readConfig(baseSettings, { file: null, env: { TOCSIN_OWNER_KEY: 'hush hush' } })
      } catch (thrown) {
        return thrown as ConfigError
      }
    })()
    expect(JSON.stringify(error) + String(error)).not.toContain('hush')
  })
})

describe('the configuration in a log line', () => {
  const loaded = readConfig(baseSettings, {
    file: { name: 'tocsin.yaml', text: 'allowedHosts: [a.example, b.example]' },
    env: { TOCSIN_OWNER_KEY: 'tk_hush', TOCSIN_MASTER_KEY: 'hushhush' }
  })

  it('has every setting with its value', () => {
    expect(Object.keys(loaded.shown)).toEqual(namedSettings(baseSettings).map(({ key }) => key))
    expect(loaded.shown).toMatchObject({
      port: '8080',
      allowedHosts: 'a.example, b.example'
    })
  })

  it('masks secrets', () => {
    expect(loaded.shown.ownerKey).toBe('***')
    expect(JSON.stringify(loaded.shown)).not.toContain('hush')
    expect(readConfig(baseSettings, none).shown.ownerKey).toBe('none')
  })
})

describe('settings', () => {
  it('has the environment variables that operators were promised', () => {
    const names = namedSettings(baseSettings).map(named => named.env)
    expect(names).toEqual(
      expect.arrayContaining([
        'TOCSIN_PORT',
        'TOCSIN_DATA',
        'TOCSIN_OWNER_KEY',
        'TOCSIN_WEBHOOKS_ALLOW',
        'TOCSIN_WEBHOOKS_ALLOW_HTTP'
      ])
    )
  })

  it('is documented in .env.example with meaning and default', () => {
    const text = envExample(baseSettings)
    for (const { env, setting } of namedSettings(baseSettings))
      expect(text).toContain(`# ${setting.doc}\n# ${env}=`)
    expect(text).toContain('# TOCSIN_PORT=8080\n')
    expect(text).toContain('# TOCSIN_OWNER_KEY=\n')
  })
})
