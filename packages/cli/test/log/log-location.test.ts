import { kafkaSettings } from '@tocsin/host/kafka/kafka-settings'
import { readConfig } from '@tocsin/service/settings/settings'
import { describe, expect, it } from 'vitest'
import { locationText, parseLogLocation } from '../../src/log/log-location.ts'

describe('the place of a log', () => {
  it.each(['embedded:./data', 'kafka:127.0.0.1:9092', 'kafka:a.example:1,[::1]:65535/test.'])(
    'is read from %s and written as that',
    text => {
      expect(locationText(parseLogLocation(text))).toBe(text)
    }
  )

  it.each([
    ['kafka:127.0.0.1:99999', '"127.0.0.1:99999"'],
    ['kafka:ok:9092,127.0.0.1:0', '"127.0.0.1:0"'],
    ['kafka:127.0.0.1', '"127.0.0.1"'],
    ['kafka:', 'HOST:PORT'],
    ['kafka:a:1/b/c', '"b/c"'],
    ['sqlite:x', 'embedded:DIR or kafka:HOST:PORT']
  ])('is refused as a usage error if it is invalid: %s', (text, shown) => {
    expect(() => parseLogLocation(text)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(shown) })
    )
  })
})

describe('brokers in the settings', () => {
  const faults = (env: Readonly<Record<string, string>>) => () =>
    readConfig(kafkaSettings, { file: null, env })

  it('are refused for an invalid port, with an example', () => {
    for (const broker of ['127.0.0.1:99999', '127.0.0.1:0', '127.0.0.1:65536'])
      expect(faults({ TOCSIN_BROKERS: `127.0.0.1:65535,${broker}` })).toThrow(
        `brokers item 2 "${broker}" does not have the right form, such as 127.0.0.1:9092`
      )
    expect(faults({ TOCSIN_BROKERS: '127.0.0.1:1,h:9092,h:19092,h:65535' })).not.toThrow()
  })

  it('are refused with an invalid prefix, which is shown', () => {
    expect(faults({ TOCSIN_KAFKA_PREFIX: 'a b' })).toThrow(
      'kafka.prefix "a b" does not have the right form, such as test.'
    )
  })
})
