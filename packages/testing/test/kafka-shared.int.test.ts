import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { kafkaForTests, kafkaPrefix, ownBrokers } from '../src/kafka/kafka-for-tests.ts'
import { checkBroker } from '../src/kafka/kafka-probe.ts'
import { provideKafka } from '../src/kafka/kafka-provider.ts'

const kafka = await kafkaForTests()
afterEach(() => vi.unstubAllEnvs())

describe.skipIf(kafka.skipped)('the Kafka of a run', () => {
  it('is shared by all test files', async () => {
    const again = await kafkaForTests()
    expect(again).toEqual(kafka)
    const [host, port] = kafka.brokers![0]!.split(':')
    expect(await checkBroker(host!, Number(port))).toBe(true)
  })
})

describe('a Kafka for tests', () => {
  it('prefers the one named in the environment', async () => {
    vi.stubEnv('KAFKA_BROKERS', 'one:9092, two:9092')
    const named = await provideKafka()
    expect(named).toMatchObject({
      source: 'environment',
      brokers: ['one:9092', 'two:9092'],
      control: null
    })
  })

  it('is reported as missing, with reasons, if no source is available', async () => {
    vi.stubEnv('KAFKA_BROKERS', '')
    vi.stubEnv('DOCKER_HOST', 'unix:///no/such.sock')
    vi.stubEnv('JAVA_HOME', '')
    vi.stubEnv('PATH', '/nowhere')
    await expect(provideKafka()).rejects.toThrow(/KAFKA_BROKERS.*engine.*Java 17/)
  })

  it('is skipped on a machine without prerequisites, but never on CI', async () => {
    vi.stubEnv('JAVA_HOME', '')
    vi.stubEnv('PATH', '/nowhere')
    vi.stubEnv('CI', '')
    const loud = vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect(await ownBrokers()).toEqual({ skipped: expect.stringContaining('Java 17') })
    expect(loud.mock.calls[0]![0]).toContain('SKIPPED')
    loud.mockRestore()
    vi.stubEnv('CI', 'true')
    await expect(ownBrokers()).rejects.toThrow(/never skipped/)
  })

  it('gives each test a separate prefix', () => {
    expect(kafkaPrefix('a')).not.toBe(kafkaPrefix('a'))
    expect(inject('kafkaProviderUrl')).toMatch(/^http:\/\/127\.0\.0\.1:/)
  })
})
