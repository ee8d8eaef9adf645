import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { kafkaForTests, kafkaPrefix, ownBrokers } from '../src/kafka/kafka-for-tests.ts'
import { brokerAnswers } from '../src/kafka/kafka-probe.ts'
import { provideKafka } from '../src/kafka/kafka-provider.ts'

const kafka = await kafkaForTests()
afterEach(() => vi.unstubAllEnvs())

describe.skipIf(kafka.skipped)('the Kafka of a run', () => {
  it('is one for all who ask', async () => {
    const again = await kafkaForTests()
    expect(again).toEqual(kafka)
    const [host, port] = kafka.brokers![0]!.split(':')
    expect(await brokerAnswers(host!, Number(port))).toBe(true)
  })
})

describe('a Kafka for tests', () => {
  it('is the one that the environment names, before any other', async () => {
    vi.stubEnv('KAFKA_BROKERS', 'one:9092, two:9092')
    const named = await provideKafka()
    expect(named).toMatchObject({ source: 'environment', brokers: ['one:9092', 'two:9092'], control: null })
  })

  it('is said to be missing, with the reasons, where nothing can run one', async () => {
    vi.stubEnv('KAFKA_BROKERS', '')
    vi.stubEnv('DOCKER_HOST', 'unix:///no/such.sock')
    vi.stubEnv('JAVA_HOME', '')
    vi.stubEnv('PATH', '/nowhere')
    await expect(provideKafka()).rejects.toThrow(/KAFKA_BROKERS.*engine.*Java 17/)
  })

  it('is skipped on a bare machine, and never on CI', async () => {
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

  it('gives each test names of its own', () => {
    expect(kafkaPrefix('a')).not.toBe(kafkaPrefix('a'))
    expect(inject('kafkaDesk')).toMatch(/^http:\/\/127\.0\.0\.1:/)
  })
})
