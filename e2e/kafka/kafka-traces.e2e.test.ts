// One trace through records on Kafka.

import { kafkaForTests, kafkaPrefix } from '@tocsin/testing/kafka/kafka-for-tests'
import { describe, it } from 'vitest'
import { checkOneTrace } from '../harness/trace-check.ts'

const kafka = await kafkaForTests()

describe.skipIf(kafka.skipped)('a suite on Kafka', () => {
  it('shares one trace from the request to the frame and the webhook', () =>
    checkOneTrace({
      kafka: { brokers: kafka.brokers as readonly string[], prefix: kafkaPrefix('traces') }
    }))
})
